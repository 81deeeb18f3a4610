import type { Judgement } from '../judge/judge.ts';

/** The findings, each with its fix, and the score. */
export function toText({ findings, score, traces, spans }: Judgement): string {
  const lines = findings.map(({ level, rule, text, fix }) => `${level} ${rule}: ${text}\n    ${fix}`);
  const rated = score.value === undefined ? 'not rated' : `${Math.round(score.value)} (${score.category})`;
  return [...lines, `${spans} spans in ${traces} traces. Instrumentation Score: ${rated}`].join('\n');
}
