// What travels in the running mesh, in the bytes of the wire, is what the documents say.
import { randomUUID } from 'node:crypto';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { keyOf } from '@trace-mesh/tracing/redis-stream';
import { JSON_PROTOCOL } from '@trace-mesh/tracing/websocket';
import { FROM_THE_START, TASK_AUDIT, TASK_EVENTS, taskLog } from '@trace-mesh/ws-hub/messages';
import { Redis } from 'ioredis';
import { expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { asyncApi } from '../contracts/asyncapi.ts';
import { tokens } from '../tokens.ts';

const endpoints = inject('endpoints');
/** For what other processes do on a busy machine. */
const BUSY = { timeout: 20_000 };

/** The payload schema of a message, read from the document as any reader would. */
function schemaOf(channel: string, message: string): z.ZodType {
  const { messages } = asyncApi.channels[channel] as { messages: Record<string, { payload: object }> };
  const document = { ...messages[message]?.payload, $defs: asyncApi.components.schemas };
  return z.fromJSONSchema(
    JSON.parse(JSON.stringify(document).replaceAll('#/components/schemas/', '#/$defs/')),
  );
}

it('rest-api serves its OpenAPI document to callers without a token', async () => {
  const response = await fetch(`${endpoints['rest-api']}/openapi.json`);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-request-id')).toBeTruthy();
  expect(await response.json()).toMatchObject({ openapi: '3.1.1', paths: { '/api/tasks': { post: {} } } });
});

it('a task travels over the hub and Redis in the messages of the AsyncAPI document', async () => {
  const [taskId, tenantId] = [randomUUID(), `contracts-${randomUUID()}`];
  const authorization = tokens.bearer({ tenantId });
  const redis = new Redis(inject('infra').redisUrl);
  const subscriber = redis.duplicate();
  const published: string[] = [];
  subscriber.on('message', (_channel, text) => void (text.includes(taskId) && published.push(text)));
  await subscriber.subscribe(TASK_EVENTS);
  const socket = new WebSocket(endpoints['ws-hub'], [JSON_PROTOCOL], { headers: { authorization } });
  const pushed: { type: string }[] = [];
  socket.on('message', (bytes) => void pushed.push(JSON.parse(String(bytes))));
  const types = () => new Set(pushed.map(({ type }) => type));
  try {
    await new Promise((resolve) => socket.once('open', resolve));
    for (const [type, data] of Object.entries({
      hello: { agentId: 'contracts' },
      ping: { n: 1 },
      subscribe: { taskId, after: FROM_THE_START },
      nonsense: {},
    }))
      socket.send(JSON.stringify({ type, data }));
    await expect.poll(types, BUSY).toContain('subscribed');
    await createRestApiClient(endpoints['rest-api'], () => authorization).createTask({ taskId, prompt: 'p' });
    const ended = (messages: unknown[]) => JSON.stringify(messages).includes('done');
    await expect.poll(() => ended(pushed) && ended(published), BUSY).toBe(true);
    socket.send(JSON.stringify({ type: 'unsubscribe', data: { taskId } }));
    const all = ['welcome', 'pong', 'subscribed', 'unsubscribed', 'task.updated', 'error'];
    await expect.poll(types, BUSY).toEqual(new Set(all));
    for (const message of pushed) schemaOf('hub', message.type).parse(message);
    for (const text of published) {
      const message = schemaOf('taskEvents', 'taskEvent').parse(JSON.parse(text));
      expect(message).toMatchObject({ trace_context: { traceparent: expect.any(String) } });
    }
    const entriesOf = async (key: string) =>
      (await redis.xrange(key, '-', '+')).filter(([, fields]) => fields.join().includes(taskId));
    await expect.poll(() => entriesOf(keyOf(TASK_AUDIT)), BUSY).toHaveLength(1);
    const log = await entriesOf(keyOf(taskLog(taskId)));
    expect(log.length).toBeGreaterThan(0);
    for (const [, fields] of [...log, ...(await entriesOf(keyOf(TASK_AUDIT)))]) {
      const entry = new Map(
        fields.flatMap((name, at) => (at % 2 ? [] : [[name, fields[at + 1] ?? ''] as const])),
      );
      schemaOf('taskLog', 'taskEvent').parse(JSON.parse(entry.get('data') ?? ''));
      expect(entry.get('traceparent')).toMatch(/^00-/);
    }
  } finally {
    socket.terminate();
    redis.disconnect();
    subscriber.disconnect();
  }
});
