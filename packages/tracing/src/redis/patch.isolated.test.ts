// One span for each command, under the patched instrumentation.
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Cluster as IoCluster, Redis as IoRedis } from 'ioredis';
import { createRedisMock } from 'js-redis-server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { useInstrumentedRedis } from './instrumented-redis.fixture.ts';

const { tracing, connect, Cluster, Command, Redis } = await useInstrumentedRedis();
const spans = (name: string) => tracing.spans().filter((span) => span.name === name);
const ready = (redis: IoRedis) => vi.waitFor(() => expect(redis.status).toBe('ready'), { interval: 5 });

describe('a command has one span, a child of its caller', () => {
  it.each([
    ['that waits for the first connection', (redis: IoRedis) => redis.set('k', 'v'), 'set'],
    ['of a pipeline that waits', (redis: IoRedis) => redis.pipeline().set('k', 'v').exec(), 'set'],
    ['of a transaction that waits', (redis: IoRedis) => redis.multi().set('k', 'v').exec(), 'set'],
    ['with a callback', (redis: IoRedis) => new Promise((done) => redis.get('k', () => done(1))), 'get'],
  ])('%s', async (_, send, name) => {
    const parent = await withSpan('work', {}, async (span) => {
      await send(connect());
      return span.spanContext().spanId;
    });
    expect(spans(name).map((span) => span.parentSpanContext?.spanId)).toEqual([parent]);
  });

  it('that is sent again after a lost connection', async () => {
    const redis = connect({ retryStrategy: () => 1 });
    await ready(redis);
    await withSpan('work', {}, async () => {
      const answer = redis.get('k');
      (redis as unknown as { stream: { destroy(): void } }).stream.destroy();
      await answer;
    });
    expect(spans('get')).toHaveLength(1);
  });

  it('that is sent twice, since it is two commands', async () => {
    const redis = connect();
    await withSpan('work', {}, async () => {
      await redis.get('k');
      await redis.get('k');
    });
    expect(spans('get')).toHaveLength(2);
  });
});

it('the span of a command has its operation, its number of arguments and its server, and no key or value', async () => {
  const redis = connect();
  const { host, port } = redis.options;
  await withSpan('work', {}, async () => {
    await redis.set('key', 'secret');
    await redis.pipeline().set('key', 'secret').exec();
    await redis.multi().set('key', 'secret').exec();
  });
  const common = { 'db.system.name': 'redis', 'server.address': host, 'server.port': port };
  const text = { 'db.query.text': 'set ? ?' };
  expect(spans('set').map(({ kind, attributes }) => ({ kind, attributes }))).toEqual(
    ['set', 'PIPELINE set', 'MULTI set'].map((operation) => ({
      kind: SpanKind.CLIENT,
      attributes: { ...common, ...text, 'db.operation.name': operation },
    })),
  );
  expect(spans('exec').map(({ attributes }) => attributes['db.operation.name'])).toEqual(['exec']);
});

describe('a command that fails', () => {
  it('has the code of the error of Redis, which is recorded on its span alone', async () => {
    const redis = connect();
    const failed = withSpan('work', {}, async () => {
      await redis.set('k', 'v');
      await redis.lpush('k', 'v');
    });
    await expect(failed).rejects.toThrow('WRONGTYPE');
    const [span] = spans('lpush');
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({
      'error.type': 'WRONGTYPE',
      'db.response.status_code': 'WRONGTYPE',
    });
    expect(span?.events.map(({ name }) => name)).toEqual(['exception']);
    expect(spans('work')[0]?.events).toEqual([]);
  });

  it.each([
    ['without a connection', { maxRetriesPerRequest: 0 }],
    ['without a connection and an offline queue', { lazyConnect: true, enableOfflineQueue: false }],
  ])('%s has a span with error.type connection', async (_, options) => {
    const redis = new Redis(1, '127.0.0.1', options);
    onTestFinished(() => redis.disconnect());
    redis.on('error', () => undefined);
    await expect(withSpan('work', {}, () => redis.get('k'))).rejects.toThrow();
    expect(spans('get').map(({ attributes }) => attributes['error.type'])).toEqual(['connection']);
  });
});

describe('a command of a cluster has one span, with the server that answered', () => {
  const KEY = 'foo';
  const SLOT = 12_182;

  async function openCluster() {
    const mock = await createRedisMock({ cluster: { masters: 3 } });
    const cluster = new Cluster(mock.addresses());
    const close = async () => {
      cluster.disconnect();
      await mock.close();
    };
    return { cluster, [Symbol.asyncDispose]: close };
  }

  /** What the client takes for the nodes of the key's slot. */
  const nodesOfKey = (cluster: IoCluster): string[] =>
    (cluster as unknown as { slots: string[][] }).slots[SLOT] ?? [];

  it('that waits for the cluster', async () => {
    await using opened = await openCluster();
    const { cluster } = opened;
    const parent = await withSpan('work', {}, async (span) => {
      await cluster.set(KEY, 'v');
      return span.spanContext().spanId;
    });
    const [node] = nodesOfKey(cluster);
    const found = spans('set').map(({ parentSpanContext, attributes, status }) => [
      parentSpanContext?.spanId,
      `${attributes['server.address']}:${attributes['server.port']}`,
      status.code,
    ]);
    expect(found).toEqual([[parent, node, SpanStatusCode.UNSET]]);
  });

  it('that another node redirects, without an error', async () => {
    await using opened = await openCluster();
    const { cluster } = opened;
    await cluster.ping();
    const nodes = nodesOfKey(cluster);
    const [owner] = nodes;
    const keys = cluster.nodes().map(({ options: { host, port } }) => `${host}:${port}`);
    nodes[0] = keys.find((key) => key !== owner) ?? '';
    tracing.reset();
    await withSpan('work', {}, () => cluster.set(KEY, 'v'));
    const found = spans('set').map(({ attributes, status, events }) => [
      `${attributes['server.address']}:${attributes['server.port']}`,
      status.code,
      events.length,
    ]);
    expect(found).toEqual([[owner, SpanStatusCode.UNSET, 0]]);
  });

  it('that fails', async () => {
    await using opened = await openCluster();
    const { cluster } = opened;
    const failed = withSpan('work', {}, async () => {
      await cluster.set(KEY, 'v');
      await cluster.lpush(KEY, 'v');
    });
    await expect(failed).rejects.toThrow('WRONGTYPE');
    expect(spans('lpush').map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR]);
  });
});

const SAMPLED = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };
const UNSAMPLED = { ...SAMPLED, traceFlags: TraceFlags.NONE };

it.each([
  ['no span', ROOT_CONTEXT],
  ['a span that is not sampled', trace.setSpanContext(ROOT_CONTEXT, UNSAMPLED)],
  ['a call without tracing', suppressTracing(trace.setSpanContext(ROOT_CONTEXT, SAMPLED))],
])('a command within %s is sent unchanged, without a span', async (_, ctx) => {
  const redis = connect();
  await ready(redis);
  const command = new Command('get', ['k']);
  const { resolve } = command;
  const answer = context.with(ctx, () => redis.sendCommand(command));
  expect(command.resolve).toBe(resolve);
  await answer;
  expect(tracing.spans()).toEqual([]);
});
