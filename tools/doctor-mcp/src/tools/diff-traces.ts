// diff_traces: what two traces of the same work have different.
import { DiffAnswer, diffAnswer, readDiff } from '@trace-mesh/trace-doctor/answers/diff';
import { MIN_SLOWER_US, SLOWER_FACTOR } from '@trace-mesh/trace-doctor/diff';
import { ms } from '@trace-mesh/trace-doctor/selector';
import type { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { headline, label } from '../text.ts';

const input = {
  a: TraceId.describe('The trace as it should be'),
  b: TraceId.describe('The trace to compare with it'),
};

type Operation = z.infer<typeof DiffAnswer>['missing'][number];
const operation = (each: Operation) =>
  `${label(each)}, ${each.kind}${each.count > 1 ? `, ${each.count} times` : ''}`;

/** The tool diff_traces. */
export const diffTraces: Question<typeof input, z.infer<typeof DiffAnswer>> = {
  name: 'diff_traces',
  title: 'Compare two traces',
  description: `Operations that b lacks, those whose median is over ${SLOWER_FACTOR} times as long and ${ms(MIN_SLOWER_US)} longer, and new ones.`,
  input,
  answer: DiffAnswer,
  ask: async (store, { a, b }) => diffAnswer(await readDiff(store, traceIdOf(a, 'a'), traceIdOf(b, 'b'))),
  head: ({ ok, a, b }) =>
    `a: ${headline(a)}\nb: ${headline(b)}\n${ok ? 'nothing is missing or slower' : 'differences from a to b:'}`,
  lines: {
    missing: (each) => `- missing: ${operation(each)}`,
    slower: ({ beforeUs, factor, ...each }) =>
      `! ${factor.toFixed(1)} times slower: ${operation(each)}, ${ms(beforeUs)} → ${ms(each.medianUs)}`,
    added: (each) => `+ new: ${operation(each)}`,
  },
};
