// Judges traces of any system, without knowing which hops they should have.
import { type Trace, uniqueTraces } from '../trace.ts';
import type { Finding, Level } from './finding.ts';
import { isScoreRule, type Rule } from './rule.ts';
import { rules } from './rules.ts';
import { type InstrumentationScore, scoreOf } from './score.ts';
import { see } from './seen.ts';

export interface Judgement {
  /** Errors first. */
  findings: Finding[];
  score: InstrumentationScore;
  /** How much was judged. */
  traces: number;
  spans: number;
}

const ORDER: Record<Level, number> = { error: 0, warning: 1, note: 2 };

/** Applies every rule to the traces, which are judged together: a lost far side is in another trace than its near side. */
export function judge(traces: readonly Trace[]): Judgement {
  const seen = see(uniqueTraces(traces));
  const findings = rules.flatMap((rule) => apply(rule, seen));
  findings.sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  const score = scoreOf(seen.services, rules.filter(isScoreRule), findings);
  return { findings, score, traces: seen.traces.length, spans: seen.spans.length };
}

const apply = (rule: Rule, seen: ReturnType<typeof see>): Finding[] =>
  rule.check(seen).map((found) => ({ rule: rule.id, level: rule.level, ...found }));
