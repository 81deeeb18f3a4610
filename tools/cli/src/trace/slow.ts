import { readSlow, slowAnswer } from '@trace-mesh/trace-doctor/answers/slow';
import type { PathStep } from '@trace-mesh/trace-doctor/critical-path';
import { ms, printable } from '@trace-mesh/trace-doctor/selector';
import { MIN_SHARE, type SequentialRun } from '@trace-mesh/trace-doctor/sequential';
import type { Command } from 'commander';
import { type Answer, type Answerer, addCommand } from './answer.ts';
import { headline, table } from './format.ts';
import type { Store } from './store.ts';

/** How many hints the text output shows, the greatest saving first; --json has all. */
export const MAX_HINTS = 5;

export function addSlow(program: Command, answer: Answerer): void {
  const description = "the critical path with each span's own time, and children that ran in sequence";
  addCommand(program, answer, 'slow', description, slow);
}

async function slow(store: Store, id: string): Promise<Answer> {
  const found = await readSlow(store, id);
  const { trace, path, runs } = found;
  return {
    data: slowAnswer(found),
    text: [headline(trace), pathText(path), runsText(runs)].join('\n\n'),
    exitCode: 0,
  };
}

function pathText(path: readonly PathStep[]): string {
  if (path.length === 0) return 'the root span never arrived, so there is no critical path';
  const rows = path.map(({ span, selfUs, waitUs, share }) => [
    `${(share * 100).toFixed(1)} %`,
    ms(selfUs),
    waitUs > 0 ? `after ${ms(waitUs)} of waiting` : '',
    `${printable(span.name)} (${span.service})`,
  ]);
  return `the critical path, with the time that the trace waited for each span\n\n${table(rows, [0, 1, 2])}`;
}

function runsText(runs: readonly SequentialRun[]): string {
  if (runs.length === 0) return 'no sequential children';
  const lines = runs.slice(0, MAX_HINTS).map(({ parent, spans, sumUs, savingUs }) => {
    const names = spans.map(({ name }) => printable(name)).join(', ');
    const gain = `${ms(sumUs)} together, up to ${ms(savingUs)} less if concurrent`;
    return `below ${printable(parent.name)} (${parent.service}): ${names}; ${gain}`;
  });
  const more = runs.length > MAX_HINTS ? [`and ${runs.length - MAX_HINTS} more (--json has all)`] : [];
  const head =
    `sequential children of one operation, or of over ${MIN_SHARE * 100} % of their parent.\n` +
    "A hint only: they may depend on each other's results";
  return [head, '', ...lines, ...more].join('\n');
}
