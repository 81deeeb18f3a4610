// What rest-api puts on the queue `tasks`, for the worker.
import { z } from 'zod';

/** How the model is asked: its answer at once, in pieces as it is written, or in the model's own language. */
export const Mode = z.enum(['converse', 'stream', 'invoke']);

/** One task to run. Identity is data here: nothing decides by the propagated context. */
export const TaskMessage = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  prompt: z.string(),
  maxTokens: z.number().int().positive(),
  mode: Mode.default('converse'),
  /**
   * The context of the sender, where the message attributes had no room for it; `tracing/sqs` writes and reads it. It is
   * no part of the work, so nothing here refuses a message for it.
   */
  trace: z.unknown().optional(),
});
export type TaskMessage = z.infer<typeof TaskMessage>;

/** Reads a message's body. Throws an Error that says nothing of what is in it, as that of `JSON.parse` would, or a ZodError. */
export function readTaskMessage(body: string): TaskMessage {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error('the message is no JSON');
  }
  return TaskMessage.parse(json);
}
