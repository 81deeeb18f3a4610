// Connections belong to no trace, under the patched instrumentation.
import { context, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { useInstrumentedRedis } from './instrumented-redis.fixture.ts';

const { connect, Redis } = await useInstrumentedRedis();
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
