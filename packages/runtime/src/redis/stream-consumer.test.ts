import { context, propagation, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { createLogger } from '@trace-mesh/tracing/logger';
import { append, entriesAfter, readEntry, type Stream } from '@trace-mesh/tracing/redis-stream';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { createRedisMock } from 'js-redis-server';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openRedis, type RedisConnection } from './redis.ts';
import { consumeGroup, type Group } from './stream-consumer.ts';

const tracing = startTestTracing();
const server = await createRedisMock({});
const logger = createLogger({ write: () => undefined });
const stream: Stream = { name: 'jobs', key: 'jobs:1', maxLength: 1_000 };
const Job = z.object({ n: z.number() });
/** Redis trims a stream to about its length by whole nodes of this many entries. */
const TRIMMED_AT_ONCE = 100;
const WAIT = { timeout: 10_000, interval: 20 };

let redis: RedisConnection;
let open: AsyncDisposableStack;
beforeEach(() => {
  open = new AsyncDisposableStack();
  redis = open.use(openRedis(server.url, logger));
});
afterEach(async () => {
  await redis.flushall();
  await open.disposeAsync();
  tracing.reset();
});
afterAll(async () => {
  await server.close();
  await tracing[Symbol.asyncDispose]();
});

const group = (handle: Group<z.infer<typeof Job>>['handle']) => ({
  stream,
  group: 'workers',
  schema: Job,
  handle,
});
const consumer = (name: string, handle: Group<z.infer<typeof Job>>['handle'], limits = {}) => {
  const reader = open.use(openRedis(server.url, logger));
  return open.use(consumeGroup(reader, group(handle), { consumer: name, logger, blockMs: 20, ...limits }));
};
const pending = async () => ((await redis.xpending('jobs:1', 'workers')) as [number])[0];

describe('a Redis stream with a consumer group', () => {
  it('has a process span, a child of the send span, with stream, group, entry and attempt', async () => {
    const handle = vi.fn();
    consumer('a', handle);
    const id = await append(redis, stream, { n: 1 });
    await vi.waitFor(() => expect(tracing.spans('process jobs')).toHaveLength(1), WAIT);
    const [sent] = tracing.spans('send jobs');
    const [processed] = tracing.spans('process jobs');
    expect(handle).toHaveBeenCalledWith({ n: 1 }, id);
    expect(sent?.kind).toBe(SpanKind.PRODUCER);
    expect(processed?.kind).toBe(SpanKind.CONSUMER);
    expect(processed?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    expect(processed?.attributes).toMatchObject({
      'messaging.system.name': 'redis',
      'messaging.destination.name': 'jobs',
      'messaging.consumer.group.name': 'workers',
      'messaging.message.id': id,
      'mesh.messaging.delivery_attempt': 1,
    });
    expect(await pending()).toBe(0);
  });

  it('keeps flags, tracestate and baggage', async () => {
    const seen: unknown[] = [];
    consumer('a', () => {
      const { traceFlags, traceState } = trace.getSpanContext(context.active()) ?? {};
      seen.push([traceFlags, traceState?.serialize(), propagation.getActiveBaggage()?.getEntry('k')?.value]);
    });
    const carrier = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=1',
      baggage: 'k=v',
    };
    await context.with(propagation.extract(ROOT_CONTEXT, carrier), () => append(redis, stream, { n: 1 }));
    await vi.waitFor(() => expect(seen).toEqual([[TraceFlags.SAMPLED, 'vendor=1', 'v']]), WAIT);
  });

  it('delivers a failed entry again in the same trace, with the next attempt', async () => {
    let calls = 0;
    const handle = () => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
    };
    consumer('a', handle, { claimIdleMs: 50 });
    await append(redis, stream, { n: 1 });
    await vi.waitFor(() => expect(tracing.spans('process jobs')).toHaveLength(2), WAIT);
    const spans = tracing.spans('process jobs');
    const [sent] = tracing.spans('send jobs');
    expect(spans.map((span) => span.attributes['mesh.messaging.delivery_attempt'])).toEqual([1, 2]);
    for (const span of spans) {
      expect(span.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
    }
    await vi.waitFor(async () => expect(await pending()).toBe(0), WAIT);
  });

  it('claims the pending entries of a dead consumer', async () => {
    await redis.xgroup('CREATE', 'jobs:1', 'workers', '0', 'MKSTREAM');
    const id = await append(redis, stream, { n: 7 });
    await redis.xreadgroup('GROUP', 'workers', 'dead', 'COUNT', 1, 'STREAMS', 'jobs:1', '>');
    const handle = vi.fn();
    consumer('alive', handle, { claimIdleMs: 50 });
    await vi.waitFor(() => expect(handle).toHaveBeenCalledWith({ n: 7 }, id), WAIT);
    await vi.waitFor(async () => expect(await pending()).toBe(0), WAIT);
    expect(tracing.spans('process jobs')[0]?.attributes['mesh.messaging.delivery_attempt']).toBe(2);
  });

  it('moves an entry that fails too often to the dead entries, with its context', async () => {
    const handle = vi.fn(() => Promise.reject(new Error('never')));
    consumer('a', handle, { claimIdleMs: 20, maxDeliveries: 2 });
    await append(redis, stream, { n: 1 });
    await vi.waitFor(async () => expect(await redis.xlen('jobs:1:dead')).toBe(1), WAIT);
    expect(handle).toHaveBeenCalledTimes(2);
    const [dead] = await entriesAfter(redis, { ...stream, key: 'jobs:1:dead' }, '0', 10);
    const [sent] = tracing.spans('send jobs');
    expect(dead && trace.getSpanContext(readEntry(dead).ctx)?.spanId).toBe(sent?.spanContext().spanId);
    await vi.waitFor(async () => expect(await pending()).toBe(0), WAIT);
  });

  it('processes an entry without context, or with a malformed one, in a new trace', async () => {
    const handle = vi.fn();
    consumer('a', handle);
    await redis.xadd('jobs:1', '*', 'data', '{"n":1}');
    await redis.xadd('jobs:1', '*', 'data', '{"n":2}', 'traceparent', 'noise');
    await vi.waitFor(() => expect(tracing.spans('process jobs')).toHaveLength(2), WAIT);
    expect(tracing.spans('process jobs').map((span) => span.parentSpanContext)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('stops immediately, although a read waits for entries', async () => {
    const handle = vi.fn();
    const waiting = consumer('a', handle, { blockMs: 1_900 });
    await append(redis, stream, { n: 1 });
    await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(1), WAIT);
    await vi.waitFor(async () => expect(await pending()).toBe(0), WAIT);
    const began = performance.now();
    await waiting[Symbol.asyncDispose]();
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('continues when Redis has lost the group', async () => {
    const handle = vi.fn();
    consumer('a', handle);
    await append(redis, stream, { n: 1 });
    await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(1), WAIT);
    await redis.flushall();
    await append(redis, stream, { n: 2 });
    await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(2), WAIT);
  });

  it('processes each of 100 concurrent entries once, in its trace, by one of two consumers', async () => {
    const seen = new Map<number, string | undefined>();
    const handle = ({ n }: { n: number }) => {
      expect(seen.has(n)).toBe(false);
      seen.set(n, trace.getSpanContext(context.active())?.traceId);
    };
    consumer('a', handle);
    consumer('b', handle);
    const flows = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        withSpan(`flow ${n}`, {}, async (span) => {
          await append(redis, stream, { n });
          return span.spanContext().traceId;
        }),
      ),
    );
    await vi.waitFor(() => expect(seen.size).toBe(100), WAIT);
    expect(flows.map((_, n) => seen.get(n))).toEqual(flows);
  });

  it('is trimmed to about its length, and can be read from any entry', async () => {
    const short = { ...stream, maxLength: 10 };
    const ids: string[] = [];
    for (let n = 0; n < 150; n += 1) ids.push(await append(redis, short, { n }));
    expect(await redis.xlen('jobs:1')).toBeLessThanOrEqual(10 + TRIMMED_AT_ONCE);
    const after = await entriesAfter(redis, short, ids.at(-3) ?? '', 10);
    expect(after.map(({ id }) => id)).toEqual(ids.slice(-2));
  });
});
