import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { publish } from '@trace-mesh/tracing/redis';
import { append, keyOf } from '@trace-mesh/tracing/redis-stream';
import {
  TASK_AUDIT,
  TASK_EVENTS,
  TASK_LOG_SECONDS,
  type TaskEvent,
  taskLog,
} from '@trace-mesh/ws-hub/messages';

/**
 * Appends an event to the task's log, whose entry id orders the events, then publishes it to all hubs: a subscriber that misses the
 * publication finds the entry. The end of a task goes to the audit stream too. A repetition after a crash is a new event.
 */
export async function announce(redis: RedisConnection, event: Omit<TaskEvent, 'eventId'>): Promise<void> {
  const log = taskLog(event.taskId);
  // Redis runs the commands of a connection in order, so they need not wait for each other's answer.
  const [eventId] = await Promise.all([
    append(redis, log, event),
    redis.expire(keyOf(log), TASK_LOG_SECONDS),
  ]);
  const announced: TaskEvent = { ...event, eventId };
  await Promise.all([
    event.status !== 'running' && append(redis, TASK_AUDIT, announced),
    publish(redis, TASK_EVENTS, announced),
  ]);
}
