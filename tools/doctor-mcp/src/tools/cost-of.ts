// cost_of: tokens and cost of a trace.
import { CostAnswer, costAnswer, readCost } from '@trace-mesh/trace-doctor/answers/cost';
import { printable } from '@trace-mesh/trace-doctor/selector';
import { z } from 'zod';
import { type Question, TraceId, traceIdOf } from '../question.ts';
import { count, headline } from '../text.ts';

const input = {
  traceId: TraceId,
  linked: z.boolean().default(false).describe('Include linked traces in both directions, such as its jobs'),
};

type Sums = z.infer<typeof CostAnswer>['total'];
const sums = ({ calls, inputTokens, outputTokens, microUsd, unpriced }: Sums) => {
  const without = unpriced > 0 ? `, ${unpriced} of them without a known price` : '';
  return `${count(calls, 'call')}, ${inputTokens} input and ${outputTokens} output tokens, ${(microUsd / 1_000_000).toFixed(6)} USD${without}`;
};

/** The tool cost_of. */
export const costOf: Question<typeof input, z.infer<typeof CostAnswer>> = {
  name: 'cost_of',
  title: 'The cost of a trace',
  description: 'Tokens and cost of the model calls of a trace, by tenant and by model.',
  input,
  answer: CostAnswer,
  ask: async (store, { traceId, linked }) => costAnswer(await readCost(store, traceIdOf(traceId), linked)),
  head: ({ total, ...facts }) => `${headline(facts)}\ntotal: ${sums(total)}`,
  lines: {
    tenants: ({ key, ...row }) => `tenant ${printable(key)}: ${sums(row)}`,
    models: ({ key, ...row }) => `model ${printable(key)}: ${sums(row)}`,
    linkedTraceIds: (id) => `with trace ${id}`,
  },
};
