// Tokens and cost of a trace.
import { z } from 'zod';
import { type CostReport, costOf } from '../cost.ts';
import { readRelatedTraces } from '../links.ts';
import { type Trace, uniqueTraces } from '../trace.ts';
import { Facts, facts } from './facts.ts';
import type { Store } from './store.ts';

export interface CostOfTrace extends CostReport {
  trace: Trace;
  /** The linked traces that are included. */
  linked: Trace[];
}

const Sums = z.object({
  calls: z.int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  microUsd: z.number(),
  unpriced: z.int().describe('Calls without a known price, not in microUsd'),
});
const Row = Sums.extend({ key: z.string() });

/** The JSON of `trace cost` and of the tool cost_of. `microUsd` is in millionths of a US dollar. */
export const CostAnswer = Facts.extend({
  ok: z.literal(true),
  linkedTraceIds: z.array(z.string()),
  tenants: z.array(Row),
  models: z.array(Row),
  total: Sums,
});

/** With `withLinked`, including linked traces in both directions, such as its jobs. */
export async function readCost(store: Store, id: string, withLinked: boolean): Promise<CostOfTrace> {
  const trace = await store.read(id);
  const related = withLinked
    ? await readRelatedTraces(store.tracesUrl, trace, { signal: store.stop })
    : { linked: [], linking: [] };
  const linked = uniqueTraces([...related.linked, ...related.linking]);
  return { trace, linked, ...costOf([trace, ...linked]) };
}

/** The JSON of the cost of a trace. */
export const costAnswer = ({
  trace,
  linked,
  tenants,
  models,
  total,
}: CostOfTrace): z.infer<typeof CostAnswer> => ({
  ok: true,
  ...facts(trace),
  linkedTraceIds: linked.map(({ traceId }) => traceId),
  tenants,
  models,
  total,
});
