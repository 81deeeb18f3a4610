// What the hub takes in and sends out: the events that workers publish, and the messages on a socket.
import { z } from 'zod';

/** The Redis channel on which task events are published to every hub. */
export const TASK_EVENTS = 'task-events';

/** A task changed its state; `result` and `costMicroUsd` are there once it is done, `error` once it failed. */
export const TaskEvent = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  result: z.string().optional(),
  error: z.string().optional(),
  costMicroUsd: z.number().int().nonnegative().optional(),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

/** Client to hub, as `subscribe` or `unsubscribe`. The hub answers `subscribed` or `unsubscribed` with the same data. */
export const Subscribe = z.object({ taskId: z.uuid() });

/** Hub to client, as `task.updated`: the event. As `error`: `{ code, message }`. */
export const TASK_UPDATED = 'task.updated';
