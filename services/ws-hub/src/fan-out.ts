import type { ChannelSubscription } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import { TASK_EVENTS, TaskEvent } from './messages.ts';
import type { ConnectionRegistry } from './registry.ts';

/** Pushes one event to every subscriber: one send span per socket, each a child of the event's. A failed push affects no other. */
const fanOut = (registry: ConnectionRegistry, logger: Logger) => async (event: TaskEvent) => {
  const sends = registry.subscriptions(event).map((subscription) => subscription.push(event));
  if (sends.length === 0) return;
  logger.info({ taskId: event.taskId, status: event.status, listeners: sends.length }, 'task event received');
  for (const outcome of await Promise.allSettled(sends)) {
    if (outcome.status === 'rejected') logger.warn({ err: outcome.reason }, 'push failed');
  }
};

/** RFC 6455's registry: "service restart". */
const CLOSE_RESTART = 1012;

/**
 * The workers' task events. After a gap in the subscription every client is disconnected: it reconnects, receives from the log
 * what it missed, and fetches what the log no longer has.
 */
export const taskEvents = (registry: ConnectionRegistry, logger: Logger): ChannelSubscription<TaskEvent> => ({
  channel: TASK_EVENTS,
  schema: TaskEvent,
  handle: fanOut(registry, logger),
  logger,
  onGap: () => registry.closeAll(CLOSE_RESTART, 'events may be missing: reconnect and resume'),
});
