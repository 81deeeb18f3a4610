// The messages between the demo and its agent: one JSON object per line.
import { z } from 'zod';

export const FireRequest = z.object({
  id: z.number(),
  name: z.string(),
  prompt: z.string(),
  /** The context that the scenario continues; without one it starts a trace. */
  carrier: z.record(z.string(), z.string()).default({}),
  /** The id of the first task that it creates. */
  taskId: z.uuid().optional(),
  timeoutMs: z.number(),
});
export type FireRequest = z.infer<typeof FireRequest>;

/** `traceId` is lower-case hex, and empty where tracing is off. */
export const Fired = z.object({
  traceId: z.string(),
  /** Further traces that the scenario started, for the verdict. */
  relatedTraceIds: z.array(z.string()).default([]),
  result: z.record(z.string(), z.unknown()),
});
export type Fired = z.infer<typeof Fired>;

export const FireAnswer = z.union([
  Fired.extend({ id: z.number() }),
  z.object({ id: z.number(), error: z.string() }),
]);
export type FireAnswer = z.infer<typeof FireAnswer>;
