// The messages between the lab and a process, one JSON object each. The process sends hello, receives the knobs, confirms
// them, and reports what it has sent.
import { z } from 'zod';
import { Knobs } from './knobs.ts';
import { WireRecord } from './wire.ts';

/** The most records in one message. */
export const MAX_BATCH = 200;
/** The largest message, in bytes: a full batch of the longest records fits. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

export const FromProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), service: z.string().min(1).max(64) }),
  z.object({ type: z.literal('applied'), version: z.number().int() }),
  z.object({ type: z.literal('wire'), records: z.array(WireRecord).max(MAX_BATCH) }),
]);
export type FromProcess = z.infer<typeof FromProcess>;

export const FromLab = z.object({ type: z.literal('knobs'), version: z.number().int(), knobs: Knobs });
export type FromLab = z.infer<typeof FromLab>;

/** RFC 6455, "policy violation": the peer does not speak this protocol. */
export const CLOSE_BAD_MESSAGE = 1008;

/** A message of `schema`; undefined for anything else, which the caller answers with `CLOSE_BAD_MESSAGE`. */
export function read<T>(schema: z.ZodType<T>, raw: { toString(): string }): T | undefined {
  try {
    return schema.parse(JSON.parse(raw.toString()));
  } catch {
    return undefined;
  }
}
