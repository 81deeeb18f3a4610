import { randomUUID } from 'node:crypto';
import { openRedis, subscribe } from '@trace-mesh/runtime/redis';
import { createLogger } from '@trace-mesh/tracing/logger';
import { entriesAfter, keyOf, readEntry } from '@trace-mesh/tracing/redis-stream';
import {
  FROM_THE_START,
  TASK_AUDIT,
  TASK_EVENTS,
  TASK_LOG_SECONDS,
  TaskEvent,
  taskLog,
} from '@trace-mesh/ws-hub/messages';
import { createRedisMock } from 'js-redis-server';
import { afterAll, expect, it, vi } from 'vitest';
import { announce } from './announce.ts';

const open = new AsyncDisposableStack();
const server = open.adopt(await createRedisMock({}), (mock) => mock.close());
const logger = createLogger({ write: () => undefined });
const redis = open.use(openRedis(server.url, logger));
const channel = open.use(openRedis(server.url, logger));
afterAll(() => open.disposeAsync());

it('logs each event under its published id, and adds only the end to the audit stream', async () => {
  const taskId = randomUUID();
  const received: TaskEvent[] = [];
  const handle = (event: TaskEvent) => void received.push(event);
  await subscribe(channel, { channel: TASK_EVENTS, schema: TaskEvent, handle, logger });
  await announce(redis, { taskId, tenantId: 'acme', status: 'running' });
  await announce(redis, { taskId, tenantId: 'acme', status: 'done', result: 'yes', costMicroUsd: 3 });
  await vi.waitFor(() => expect(received).toHaveLength(2));

  const log = await entriesAfter(redis, taskLog(taskId), FROM_THE_START, 10);
  expect(log.map(({ id }) => id)).toEqual(received.map(({ eventId }) => eventId));
  expect(received.map(({ status }) => status)).toEqual(['running', 'done']);
  const audit = await entriesAfter(redis, TASK_AUDIT, FROM_THE_START, 10);
  expect(audit.map(readEntry).map(({ data }) => data)).toEqual([received[1]]);
  const ttl = await redis.ttl(keyOf(taskLog(taskId)));
  expect(ttl).toBeGreaterThan(TASK_LOG_SECONDS - 60);
  expect(ttl).toBeLessThanOrEqual(TASK_LOG_SECONDS);
});
