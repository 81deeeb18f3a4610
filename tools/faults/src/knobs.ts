// What can be changed while the mesh runs. The console draws its switches from these tables, and the schema accepts no
// other name.
import { z } from 'zod';
import { DROPS } from './faults.ts';

/** The default wait of slow work, in ms. */
export const SLOW_MS = 1_500;
/** The longest wait, in ms: more than the deadline of a gRPC call, less than the timeout of a scenario. */
export const MAX_SLOW_MS = 10_000;

/** Where work can fail or wait: one operation of each service, all in the scenario `create-task`. */
export const PLACES = {
  'edge-mcp': 'the tool create_task, before it calls rest-api',
  'rest-api': 'POST /api/tasks, before the cost is reserved',
  'cost-ledger': 'Reserve, before the budget changes',
  worker: 'a task, before the model is called',
  'ws-hub': 'a task event, before it is pushed',
} as const;
export type Place = keyof typeof PLACES;

export const Knobs = z.strictObject({
  /** Share of sampled traces, in place of the ratios at the public edges, and for traces that the agent starts. */
  samplingRatio: z.number().min(0).max(1).optional(),
  /** Whether the worker continues the sender's trace or starts one that links to it. */
  sqsMode: z.enum(['parent', 'link']).optional(),
  fail: z.array(z.enum(Object.keys(PLACES) as Place[])).default([]),
  slow: z.array(z.enum(Object.keys(PLACES) as Place[])).default([]),
  slowMs: z.number().int().min(0).max(MAX_SLOW_MS).default(SLOW_MS),
  /** The faults in force, as keys of `DROPS`. */
  drop: z.array(z.enum(Object.keys(DROPS))).default([]),
});
export type Knobs = z.infer<typeof Knobs>;

/** Every process behaves as its source says. */
export const NO_KNOBS: Knobs = Knobs.parse({});
