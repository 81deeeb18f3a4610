// What a subscriber missed: the task's events from its log, each with the context in which the worker wrote it, and, once
// the log is gone, the task's end, which the group `ws-hub` has filed. After that rest-api alone knows. See decisions/009.
import type { Context } from '@opentelemetry/api';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { extractContext, injectContext } from '@trace-mesh/tracing/carrier';
import type { Logger } from '@trace-mesh/tracing/logger';
import { entriesAfter, type Group, readEntry } from '@trace-mesh/tracing/redis-stream';
import { z } from 'zod';
import { isAfter, TASK_AUDIT, TaskEvent, taskLog } from './messages.ts';

/** How many events are replayed at once; more than a log keeps, whose length is approximate. */
const MAX_REPLAYED = 1_000;
/** How long a task's end is kept, in s. */
export const TASK_END_SECONDS = 24 * 3_600;

export interface LoggedEvent {
  event: TaskEvent;
  /** The context of the original event. */
  ctx: Context;
}

export interface ResumeLog {
  /** The events of a task after the one with id `after`, oldest first; empty where nothing was missed. */
  eventsAfter(taskId: string, after: string): Promise<LoggedEvent[]>;
  /** Files the end of a task, with the context of the running work. Filing it twice is filing it once. */
  keepEnd(event: TaskEvent): Promise<void>;
}

// A context that is malformed costs the replay its parent, never the subscriber its event.
const Filed = z.object({ event: TaskEvent, trace_context: z.unknown() });
const endKey = (taskId: string) => `task-end:${taskId}`;

export function createResumeLog(redis: RedisConnection): ResumeLog {
  async function filedEnd(taskId: string, after: string): Promise<LoggedEvent[]> {
    const filed = await redis.get(endKey(taskId));
    if (!filed) return [];
    const { event, trace_context } = Filed.parse(JSON.parse(filed));
    const missed = event.eventId !== undefined && isAfter(event.eventId, after);
    return missed ? [{ event, ctx: extractContext(trace_context) }] : [];
  }

  return {
    async eventsAfter(taskId, after) {
      const log = taskLog(taskId);
      const entries = await entriesAfter(redis, log, after, MAX_REPLAYED);
      if (entries.length === 0) return filedEnd(taskId, after);
      return entries.map(readEntry).map(({ id, data, ctx }) => {
        return { event: { ...TaskEvent.parse(data), eventId: id }, ctx };
      });
    },
    async keepEnd(event) {
      const filed: z.infer<typeof Filed> = { event, trace_context: injectContext() };
      await redis.set(endKey(event.taskId), JSON.stringify(filed), 'EX', TASK_END_SECONDS);
    },
  };
}

/** The consumer group that files the ends of tasks: each end once, whatever the number of hubs. */
export const filing = (log: ResumeLog, logger: Logger): Group<TaskEvent> => ({
  stream: TASK_AUDIT,
  group: 'ws-hub',
  schema: TaskEvent,
  async handle(event) {
    await log.keepEnd(event);
    logger.info({ taskId: event.taskId, status: event.status }, 'a task has ended');
  },
});
