// The messages of the queue `tasks`, from rest-api to the worker.
import { z } from 'zod';

/** The Bedrock API for the model call: Converse, ConverseStream or InvokeModel. */
export const Mode = z.enum(['converse', 'stream', 'invoke']);

/** One task to run. The tenant is in the message, because no decision may depend on propagated context. */
export const TaskMessage = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  prompt: z.string(),
  maxTokens: z.number().int().positive(),
  mode: Mode.default('converse'),
  /** The sender's context if the message attributes have no room; `tracing/sqs` writes and reads it. Not validated here. */
  trace: z.unknown().optional(),
});
export type TaskMessage = z.infer<typeof TaskMessage>;

/** Throws a ZodError, or an Error that does not quote the body as that of `JSON.parse` does. */
export function readTaskMessage(body: string): TaskMessage {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error('the message is not valid JSON');
  }
  return TaskMessage.parse(json);
}
