// What rest-api puts on the queue `tasks`, for the worker.
import { z } from 'zod';

/** One task to run. Identity is data here: nothing decides by the propagated context. */
export const TaskMessage = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  prompt: z.string(),
  maxTokens: z.number().int().positive(),
});
export type TaskMessage = z.infer<typeof TaskMessage>;
