// A cluster of three nodes, in JavaScript. A real one: tests/backends/redis.
import { createLogger } from '@trace-mesh/tracing/logger';
import { publish } from '@trace-mesh/tracing/redis';
import { append, type Stream } from '@trace-mesh/tracing/redis-stream';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { Cluster, Redis } from 'ioredis';
import { createRedisMock } from 'js-redis-server';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { isInfrastructureFailure } from '../infrastructure.ts';
import { openRedis, RedisUrl, statusOf, subscribe } from './redis.ts';
import { consumeGroup } from './stream-consumer.ts';

const tracing = startTestTracing();
const server = await createRedisMock({ cluster: { masters: 3 } });
const nodes = server.addresses().map(({ host, port }) => `${host}:${port}`);
const CLUSTER = `redis://${nodes.slice(0, 2).join()}`;
const logger = createLogger({ write: () => undefined });
const Job = z.object({ n: z.number() });
const WAIT = { timeout: 10_000, interval: 20 };

const open = new AsyncDisposableStack();
const connect = (url = CLUSTER) => open.use(openRedis(url, logger));
afterEach(() => tracing.reset());
afterAll(async () => {
  await open.disposeAsync();
  await server.close();
  await tracing[Symbol.asyncDispose]();
});

/** Publishes in a span of its own; resolves to the id of the `publish` span. */
async function publishIn(
  redis: ReturnType<typeof connect>,
  channel: string,
  data: unknown,
): Promise<unknown> {
  await withSpan('work', {}, () => publish(redis, channel, data));
  return tracing.spans(`publish ${channel}`).at(-1)?.spanContext().spanId;
}

describe('in a cluster', () => {
  it.each(['a', 'b', 'c', 'd'])(
    'a message of channel %s is processed once, as a child of its publication',
    async (channel) => {
      const handle = vi.fn();
      await subscribe(connect(), { channel, schema: Job, handle, logger });
      const published = await publishIn(connect(), channel, { n: 1 });
      await vi.waitFor(() => expect(handle).toHaveBeenCalledWith({ n: 1 }), WAIT);
      const processed = tracing.spans(`process ${channel}`);
      expect(processed.map((span) => span.parentSpanContext?.spanId)).toEqual([published]);
    },
  );

  it('an entry of a stream is processed as a child of its sending', async () => {
    const stream: Stream = { name: 'jobs', maxLength: 100 };
    const handle = vi.fn();
    const group = { stream, group: 'g', schema: Job, handle };
    open.use(consumeGroup(connect(), group, { consumer: 'a', logger, blockMs: 20 }));
    const id = await withSpan('work', {}, async () => append(connect(), stream, { n: 3 }));
    await vi.waitFor(() => expect(handle).toHaveBeenCalledWith({ n: 3 }, id), WAIT);
    const [sent] = tracing.spans('send jobs');
    const parents = () => tracing.spans('process jobs').map((span) => span.parentSpanContext?.spanId);
    await vi.waitFor(() => expect(parents()).toEqual([sent?.spanContext().spanId]), WAIT);
  });

  it('a closed connection ends its subscription', async () => {
    const handle = vi.fn();
    const channel = openRedis(CLUSTER, logger);
    await subscribe(channel, { channel: 'closed', schema: Job, handle, logger });
    await channel[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(statusOf(channel)).toBe('end'), WAIT);
  });

  it('a command without a reachable node fails in time, as an infrastructure failure', async () => {
    const redis = open.use(openRedis('redis://127.0.0.1:1,127.0.0.1:2', logger, { commandTimeoutMs: 50 }));
    const failure = await redis.get('key').catch((error: unknown) => error);
    expect(isInfrastructureFailure(failure)).toBe(true);
  });
});

describe('REDIS_URL', () => {
  it.each([
    ['redis://host', Redis, { host: 'host', port: 6379 }],
    ['redis://host:7/3', Redis, { host: 'host', port: 7, db: 3 }],
    ['redis://:p%40ss@host', Redis, { host: 'host', password: 'p@ss' }],
    ['rediss://user:word@host:7', Redis, { username: 'user', password: 'word', tls: {} }],
    ['redis://[::1]:7', Redis, { host: '::1', port: 7 }],
  ])('%s is one server', (url, kind, options) => {
    const redis = openRedis(url, logger);
    redis.disconnect();
    expect(redis).toBeInstanceOf(kind);
    expect(redis.options).toMatchObject(options);
  });

  it('with several hosts is a cluster, whose nodes have one user', () => {
    const redis = openRedis('rediss://user:word@a,b:7', logger) as Cluster;
    redis.disconnect();
    expect(redis).toBeInstanceOf(Cluster);
    expect((redis as unknown as { startupNodes: unknown }).startupNodes).toEqual([
      { host: 'a', port: 6379 },
      { host: 'b', port: 7 },
    ]);
    expect(redis.options.redisOptions).toMatchObject({ username: 'user', password: 'word', tls: {} });
  });

  it.each([
    '',
    'host:6379',
    'http://host',
    'redis://',
    'redis://a,,b',
    'redis://a:port',
    'redis://a:1,b:2/3',
  ])('%j is refused, with the form that is expected', (url) => {
    expect(RedisUrl.safeParse(url).error?.issues[0]?.message).toContain('expected redis://host:port');
  });
});
