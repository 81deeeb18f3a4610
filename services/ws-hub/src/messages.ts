// What the hub takes in and sends out: the events that workers publish, and the messages on a socket.

import { ErrorFields } from '@trace-mesh/tracing/errors';
import type { Stream } from '@trace-mesh/tracing/redis-stream';
import { z } from 'zod';

/** The Redis channel on which task events are published to every hub. */
export const TASK_EVENTS = 'task-events';

/** The events of one task, for subscribers that missed some. An entry's id is its event's id. */
export const taskLog = (taskId: string): Stream => ({
  name: 'task-log',
  key: `task-log:${taskId}`,
  maxLength: 64,
});
/** How long a task's log is kept after its last event, in s. */
export const TASK_LOG_SECONDS = 3_600;

/** The ends of all tasks. The group `ws-hub` files each one once, by whichever hub is free. */
export const TASK_AUDIT: Stream = { name: 'task-audit', maxLength: 1_000 };

/** What is listened to: a task, by its id and its tenant. A service may hear of one id for several tenants. */
export interface Topic {
  taskId: string;
  tenantId: string;
}

/** Orders the events of a task: a Redis stream id, `<ms>-<n>`. */
export const EventId = z.string().regex(/^\d{1,19}-\d{1,19}$/);

/**
 * A task changed its state; `result` and `costMicroUsd` are there once it is done, `error` once it failed. While it runs,
 * `result` is what a streamed answer has so far.
 */
export const TaskEvent = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  status: z.enum(['running', 'done', 'failed']),
  result: z.string().optional(),
  error: z.string().optional(),
  /** The error with its origin. */
  failure: ErrorFields.optional(),
  costMicroUsd: z.number().int().nonnegative().optional(),
  /** Missing from publishers that keep no log. */
  eventId: EventId.optional(),
});
export type TaskEvent = z.infer<typeof TaskEvent>;

/** Whether event `a` came after event `b`. */
export function isAfter(a: string, b: string): boolean {
  const [aMs = '', aN = ''] = a.split('-');
  const [bMs = '', bN = ''] = b.split('-');
  const ms = BigInt(aMs) - BigInt(bMs);
  return ms === 0n ? BigInt(aN) > BigInt(bN) : ms > 0n;
}

/** What `after` is for a subscriber that has seen no event yet, and wants all there are. */
export const FROM_THE_START = '0-0';

/**
 * Client to hub, as `subscribe` or `unsubscribe`. The hub answers `subscribed` or `unsubscribed` with the task id, and then,
 * where `after` names the last event that the client saw, sends what it missed since.
 */
export const Subscribe = z.object({
  taskId: z.uuid(),
  after: EventId.optional(),
  /** Whose task it is: for services, which subscribe for many. Anybody else hears of its own tenant's alone. */
  tenantId: z.string().optional(),
});

/** Hub to client, as `task.updated`: the event. As `error`: `{ code, message }`. */
export const TASK_UPDATED = 'task.updated';
