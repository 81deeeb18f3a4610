// The hub's messages: the events that workers publish, and what is sent on a socket.
import { ErrorFields } from '@trace-mesh/tracing/errors';
import type { Stream } from '@trace-mesh/tracing/redis-stream';
import { z } from 'zod';

/** The Redis channel on which task events are published to every hub. */
export const TASK_EVENTS = 'task-events';

/** The events of one task, for subscribers that missed some. The id of an entry is the id of its event. */
export const taskLog = (taskId: string): Stream => ({
  name: 'task-log',
  key: `task-log:${taskId}`,
  maxLength: 64,
});
/** How long a task's log is kept after its last event, in s. */
export const TASK_LOG_SECONDS = 3_600;

/** The ends of all tasks. The group `ws-hub` stores each once, on any one hub. */
export const TASK_AUDIT: Stream = { name: 'task-audit', maxLength: 1_000 };

/** A task by its id and tenant. A service may subscribe to one id for several tenants. */
export interface Topic {
  taskId: string;
  tenantId: string;
}

/** Orders the events of a task: a Redis stream id, `<ms>-<n>`. */
export const EventId = z.string().regex(/^\d{1,19}-\d{1,19}$/);

/**
 * A change of a task's state. A task that is done has `result` and `costMicroUsd`, a failed one has `error`. While it runs,
 * `result` is a streamed answer's text so far.
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
  /** Missing if the publisher keeps no log. */
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

/** The `after` of a subscriber that has seen no event and wants all of them. */
export const FROM_THE_START = '0-0';

/**
 * Client to hub, as `subscribe` or `unsubscribe`. The hub answers `subscribed` or `unsubscribed` with the task id. If `after`
 * is given, the id of the last event that the client saw, the events since then follow.
 */
export const Subscribe = z.object({
  taskId: z.uuid(),
  after: EventId.optional(),
  /** For services, which subscribe for many tenants. Any other client may name its own tenant only. */
  tenantId: z.string().optional(),
});

/** Hub to client: the event. */
export const TASK_UPDATED = 'task.updated';

const Acknowledged = Subscribe.pick({ taskId: true });

/** The data of each message from a client, by type. `hello` may introduce a client whose handshake could not. */
export const CLIENT_MESSAGES = {
  hello: z.object({ token: z.string().optional(), agentId: z.string().optional() }),
  ping: z.unknown(),
  subscribe: Subscribe,
  unsubscribe: Subscribe,
};

/** The data of each message from the hub, by type. `pong` has that of its `ping`; `traceId` is the connection's trace. */
export const HUB_MESSAGES = {
  welcome: z.object({ traceId: z.string().optional() }),
  pong: z.unknown(),
  subscribed: Acknowledged,
  unsubscribed: Acknowledged,
  [TASK_UPDATED]: TaskEvent,
  error: ErrorFields,
};
