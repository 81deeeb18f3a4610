// Channels, streams and spans on a cluster of three real servers: a node restarts, a slot moves.
import { fileURLToPath } from 'node:url';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { openRedis, type RedisConnection, statusOf, subscribe } from '@trace-mesh/runtime/redis';
import { consumeGroup } from '@trace-mesh/runtime/redis-stream-consumer';
import { createLogger } from '@trace-mesh/tracing/logger';
import { publish } from '@trace-mesh/tracing/redis';
import { append, type Stream } from '@trace-mesh/tracing/redis-stream';
import { withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { readReal } from '../real.ts';
import { openCluster, type RedisCluster } from './servers.ts';

const START_MS = 60_000;
const WAIT = { timeout: 20_000, interval: 50 };
const Job = z.object({ n: z.number() });
const logger = createLogger({ write: () => undefined });
const stack = new AsyncDisposableStack();
const tracing = stack.use(startTestTracing());
let cluster: RedisCluster;
let redis: RedisConnection;

beforeAll(async () => {
  const command = readReal()?.programs.redis;
  if (!command) return; // unsuited.ts leaves the tests out
  const logDir = fileURLToPath(new URL('../../../.mesh/logs/redis-cluster', import.meta.url));
  cluster = stack.use(await openCluster(command, logDir));
  redis = connect();
}, START_MS);
beforeEach(() => tracing.reset());
afterAll(() => stack.disposeAsync());

const connect = () => stack.use(openRedis(cluster.url, logger));

/** Subscribes a channel; `arrives` publishes until the message is processed, and expects the exact parent. */
async function openChannel(channel: string) {
  const [handle, onGap] = [vi.fn(), vi.fn()];
  const subscriber = connect();
  await subscribe(subscriber, { channel, schema: Job, handle, logger, onGap });
  async function arrives(n: number) {
    tracing.reset();
    await withSpan('work', {}, () => publish(redis, channel, { n }));
    await vi.waitFor(() => expect(handle).toHaveBeenCalledWith({ n }), WAIT);
    const [published] = tracing.spans(`publish ${channel}`);
    await vi.waitFor(() => expect(tracing.spans(`process ${channel}`)).toHaveLength(1), WAIT);
    const [processed] = tracing.spans(`process ${channel}`);
    expect(processed?.parentSpanContext?.spanId).toBe(published?.spanContext().spanId);
    expect(processed?.spanContext().traceId).toBe(published?.spanContext().traceId);
  }
  return { onGap, arrives, subscriber };
}

const slotOf = async (key: string) => Number(await cluster.nodes[0]?.redis.call('CLUSTER', 'KEYSLOT', key));

it('a message is processed as a child of its publication, whichever node has its channel', async () => {
  for (const channel of ['a', 'b', 'c', 'd']) await (await openChannel(channel)).arrives(1);
});

it('an entry of a stream is processed as a child of its sending', async () => {
  const stream: Stream = { name: 'jobs', maxLength: 100 };
  const handle = vi.fn();
  const group = { stream, group: 'g', schema: Job, handle };
  stack.use(consumeGroup(connect(), group, { consumer: 'a', logger, blockMs: 20 }));
  const id = await withSpan('work', {}, async () => append(redis, stream, { n: 3 }));
  await vi.waitFor(() => expect(handle).toHaveBeenCalledWith({ n: 3 }, id), WAIT);
  await vi.waitFor(() => expect(tracing.spans('process jobs')).toHaveLength(1), WAIT);
  const [sent] = tracing.spans('send jobs');
  expect(tracing.spans('process jobs')[0]?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
});

it('a channel whose slot moves is subscribed at its new node, and the gap is reported', async () => {
  const { arrives, onGap } = await openChannel('moving');
  await arrives(1);
  const slot = await slotOf('moving');
  const owner = await cluster.ownerOf(slot);
  const other = cluster.nodes.find((node) => node !== owner);
  if (!other) throw new Error('no other node');
  await cluster.move(slot, other);
  await vi.waitFor(() => expect(onGap).toHaveBeenCalled(), WAIT);
  await arrives(2);
});

it('a channel is subscribed again when its node has restarted, and the gap is reported', async () => {
  const { arrives, onGap, subscriber } = await openChannel('restarting');
  await arrives(1);
  const owner = await cluster.ownerOf(await slotOf('restarting'));
  await owner.stop();
  await vi.waitFor(() => expect(statusOf(subscriber)).toBe('end'), WAIT);
  expect(onGap).not.toHaveBeenCalled();
  await owner.start();
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledOnce(), WAIT);
  await vi.waitFor(() => redis.set('restarting', 1), WAIT);
  await arrives(2);
});

it('instances share a rate limit in a cluster', async () => {
  const acme = { identity: { tenantId: 'acme', userId: 'ada', scopes: [] } };
  const limiters = [connect(), connect()].map((counts) =>
    createRateLimiter(5, { name: 'rest-api', redis: counts }),
  );
  const admitted = async () => {
    const requests = Array.from({ length: 20 }, (_, n) => limiters[n % 2]?.countCaller(acme));
    return (await Promise.allSettled(requests)).filter(({ status }) => status === 'fulfilled').length;
  };
  // The first counts may come before the connections are ready.
  await vi.waitFor(async () => expect(await admitted()).toBe(5), { timeout: 20_000, interval: 1_100 });
});
