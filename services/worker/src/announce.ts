// Tells the world that a task has changed. First into the task's log, whose entry id orders its events, then on the channel
// that every hub hears: a subscriber that misses the second finds the first. The end of a task goes to the audit as well.

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

/** Logs and publishes one event. Announcing it again, after a crash, is a new event that says the same. */
export async function announce(redis: RedisConnection, event: Omit<TaskEvent, 'eventId'>): Promise<void> {
  const log = taskLog(event.taskId);
  const eventId = await append(redis, log, event);
  await redis.expire(keyOf(log), TASK_LOG_SECONDS);
  const announced: TaskEvent = { ...event, eventId };
  if (event.status !== 'running') await append(redis, TASK_AUDIT, announced);
  await publish(redis, TASK_EVENTS, announced);
}
