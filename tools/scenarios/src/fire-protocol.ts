// The messages between the demo and its agent: one JSON object per line.
import { z } from 'zod';

export const DEFAULT_PROMPT = 'In one sentence: why does a trace need a parent?';

export const FireRequest = z.object({
  id: z.number(),
  name: z.string(),
  prompt: z.string().default(DEFAULT_PROMPT),
  /** The context that the scenario continues; without one it starts a trace. */
  carrier: z.record(z.string(), z.string()).default({}),
  /** The id of the first task that it creates, for a caller that has subscribed to it. */
  taskId: z.uuid().optional(),
});
export type FireRequest = z.input<typeof FireRequest>;

/** `traceId` is lower-case hex, and empty where tracing is off. */
export const Fired = z.object({
  traceId: z.string(),
  /** Further traces that the scenario started, for the verdict. */
  relatedTraceIds: z.array(z.string()).default([]),
  result: z.record(z.string(), z.unknown()),
});
export type Fired = z.infer<typeof Fired>;

export const FireAnswer = z.union([
  z.object({ id: z.number(), fired: Fired }),
  z.object({ id: z.number(), error: z.string() }),
]);
export type FireAnswer = z.input<typeof FireAnswer>;
