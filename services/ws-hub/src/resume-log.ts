// The events that a subscriber missed: from the task's log, each with the context in which the worker wrote it. When the log has
// expired, the task's end as the group `ws-hub` stored it; after that, only rest-api has it. See decisions/009.
import type { Context } from '@opentelemetry/api';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Group } from '@trace-mesh/runtime/redis-stream-consumer';
import { extractContext, injectContext } from '@trace-mesh/tracing/carrier';
import type { Logger } from '@trace-mesh/tracing/logger';
import { entriesAfter, readEntry } from '@trace-mesh/tracing/redis-stream';
import { z } from 'zod';
import { isAfter, TASK_AUDIT, TaskEvent, taskLog } from './messages.ts';

/** The most events of one replay; more than a log keeps, whose length is approximate. */
const MAX_REPLAYED = 1_000;
/** How long a task's end is kept, in s. */
export const TASK_END_SECONDS = 24 * 3_600;

interface LoggedEvent {
  event: TaskEvent;
  /** The context of the original event. */
  ctx: Context;
}

export interface ResumeLog {
  /** The events of a task after the event with id `after`, oldest first. */
  eventsAfter(taskId: string, after: string): Promise<LoggedEvent[]>;
  /** Stores the end of a task with the active context. Idempotent. */
  keepEnd(event: TaskEvent): Promise<void>;
}

// With a malformed context the event is still replayed, without a parent.
const StoredEnd = z.object({ event: TaskEvent, trace_context: z.unknown() });
const endKey = (taskId: string) => `task-end:${taskId}`;

export function createResumeLog(redis: RedisConnection): ResumeLog {
  async function storedEnd(taskId: string, after: string): Promise<LoggedEvent[]> {
    const stored = await redis.get(endKey(taskId));
    if (!stored) return [];
    const { event, trace_context } = StoredEnd.parse(JSON.parse(stored));
    const missed = event.eventId !== undefined && isAfter(event.eventId, after);
    return missed ? [{ event, ctx: extractContext(trace_context) }] : [];
  }

  return {
    async eventsAfter(taskId, after) {
      const log = taskLog(taskId);
      const entries = await entriesAfter(redis, log, after, MAX_REPLAYED);
      if (entries.length === 0) return storedEnd(taskId, after);
      return entries.map(readEntry).map(({ id, data, ctx }) => {
        return { event: { ...TaskEvent.parse(data), eventId: id }, ctx };
      });
    },
    async keepEnd(event) {
      const stored: z.infer<typeof StoredEnd> = { event, trace_context: injectContext('resume-log') };
      await redis.set(endKey(event.taskId), JSON.stringify(stored), 'EX', TASK_END_SECONDS);
    },
  };
}

/** The consumer group that stores the end of each task once, however many hubs there are. */
export const endsOfTasks = (log: ResumeLog, logger: Logger): Group<TaskEvent> => ({
  stream: TASK_AUDIT,
  group: 'ws-hub',
  schema: TaskEvent,
  async handle(event) {
    await log.keepEnd(event);
    logger.debug({ taskId: event.taskId, status: event.status }, 'task end stored');
  },
});
