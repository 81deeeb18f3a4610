// Connections belong to no trace, under the patched instrumentation.
import { createRequire } from 'node:module';
import { context, trace } from '@opentelemetry/api';
import type { Redis as IoRedis } from 'ioredis';
import { createRedisMock } from 'js-redis-server';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';
import { withSpan } from '../spans/span.ts';

const tracing = startInstrumented('ioredis');
const { Redis } = createRequire(import.meta.url)('ioredis') as { Redis: typeof IoRedis };
const server = await createRedisMock({});
const open = new Set<IoRedis>();
afterEach(() => {
  for (const redis of open) redis.disconnect();
  open.clear();
  tracing.reset();
});
afterAll(() => server.close());

const connect = (options = {}) => {
  const redis = new Redis(server.url, options);
  open.add(redis);
  return redis;
};
const isTraced = () => trace.getSpan(context.active()) !== undefined;

describe('listeners of a connection that is opened within a span run in no trace', () => {
  it.each(['connect', 'ready', 'close', 'end', 'reconnecting'])('%s', async (event) => {
    const seen = withSpan('work', {}, async () => {
      const redis = connect({ retryStrategy: () => (event === 'reconnecting' ? 1 : null) });
      return new Promise((resolve) => {
        redis.once(event, () => resolve(isTraced()));
        redis.once('ready', () => redis.disconnect(event === 'reconnecting'));
      });
    });
    expect(await seen).toBe(false);
  });

  it('error', async () => {
    const seen = withSpan('work', {}, async () => {
      const redis = new Redis(1, '127.0.0.1', { retryStrategy: () => null });
      return new Promise((resolve) => void redis.once('error', () => resolve(isTraced())));
    });
    expect(await seen).toBe(false);
  });

  it('message', async () => {
    const listener = await withSpan('work', {}, async () => {
      const redis = connect();
      await redis.subscribe('c');
      return redis;
    });
    const seen = new Promise((resolve) => void listener.once('message', () => resolve(isTraced())));
    await withSpan('publisher', {}, () => connect().publish('c', 'text'));
    expect(await seen).toBe(false);
  });
});
