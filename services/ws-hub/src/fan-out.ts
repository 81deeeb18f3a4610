import type { Logger } from '@trace-mesh/tracing/logger';
import type { Subscription } from '@trace-mesh/tracing/redis';
import { TASK_EVENTS, TaskEvent } from './messages.ts';
import type { Registry } from './registry.ts';

/** One event to everyone who listens: one send span per socket, each a child of the event's. A broken socket harms no other. */
const fanOut = (registry: Registry, logger: Logger) => async (event: TaskEvent) => {
  const sends = registry.subscriptions(event).map((subscription) => subscription.push(event));
  logger.info(
    { taskId: event.taskId, status: event.status, listeners: sends.length },
    'a task event is pushed',
  );
  for (const outcome of await Promise.allSettled(sends)) {
    if (outcome.status === 'rejected') logger.warn({ err: outcome.reason }, 'a push could not be sent');
  }
};

/** RFC 6455's registry: "service restart". */
const CLOSE_RESTART = 1012;

/**
 * What the hub hears from the workers, and does about it. Where it could not hear for a while it sends its clients away:
 * coming back, they are told from the log what they missed, and fetch what the log has lost.
 */
export const taskEvents = (registry: Registry, logger: Logger): Subscription<TaskEvent> => ({
  channel: TASK_EVENTS,
  schema: TaskEvent,
  handle: fanOut(registry, logger),
  logger,
  onGap: () => registry.closeAll(CLOSE_RESTART, 'the hub may have missed events: come back and resume'),
});
