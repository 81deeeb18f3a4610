// A consumer of a Redis stream: reads new entries, and claims those that a consumer which died, or failed, has left pending. The
// loop runs in the root context, so that its polls leave no spans.
import type { Logger } from '@trace-mesh/tracing/logger';
import { type Entry, keyOf, readEntry, type Stream, withProcessSpan } from '@trace-mesh/tracing/redis-stream';
import { withoutParent } from '@trace-mesh/tracing/span';
import type { Cluster, Redis } from 'ioredis';
import type { z } from 'zod';
import { pause } from '../repeat.ts';

/** How long one read waits for new entries, in ms; less than `REDIS_COMMAND_TIMEOUT_MS`, which bounds it. */
const BLOCK_MS = 1_000;
/** An entry that has been pending for this long, in ms, is claimed. It must exceed the time of a handler. */
const CLAIM_IDLE_MS = 5_000;
/** How often an entry is tried before it is moved to `<stream>:dead`. */
const MAX_DELIVERIES = 5;
/** About how many dead entries are kept. */
const MAX_DEAD = 1_000;
/** How many entries one read or claim takes. */
export const BATCH = 16;
/** How long the loop pauses when Redis cannot be read, in ms. */
const STREAM_RETRY_MS = 500;

/** A consumer group and its handler. */
export interface Group<T> {
  stream: Stream;
  group: string;
  schema: z.ZodType<T>;
  /** Runs once for each entry, and again after a failure: it must be idempotent. */
  handle: (data: T, id: string) => Promise<void> | void;
}

/** Who consumes; the times (in ms) and the number of deliveries have defaults that services keep. */
export interface ConsumerOptions {
  /** Names this process within the group. */
  consumer: string;
  logger: Logger;
  blockMs?: number;
  claimIdleMs?: number;
  maxDeliveries?: number;
}

/**
 * Consumes a stream in a group until disposed; disposing waits for the entries that are being processed, and may close `redis`,
 * a connection for nothing else, since the reads block it. The entries of one read are processed concurrently. An entry is acknowledged when its handler resolves. A failed one is
 * logged and left pending; the first consumer to claim it after `claimIdleMs` tries again. After `maxDeliveries` it is moved
 * to `<stream>:dead` with all its fields.
 */
export function consumeGroup<T>(
  redis: Redis | Cluster,
  group: Group<T>,
  options: ConsumerOptions,
): AsyncDisposable {
  const { consumer, logger } = options;
  const { blockMs = BLOCK_MS, claimIdleMs = CLAIM_IDLE_MS, maxDeliveries = MAX_DELIVERIES } = options;
  const key = keyOf(group.stream);
  const stop = new AbortController();
  let reading = false;
  let claimedAt = Number.NEGATIVE_INFINITY;

  async function ensureGroup(): Promise<void> {
    try {
      await redis.xgroup('CREATE', key, group.group, '0', 'MKSTREAM');
    } catch (error) {
      if (!(error as Error).message.startsWith('BUSYGROUP')) throw error;
    }
  }

  async function readNew(): Promise<void> {
    const from = ['GROUP', group.group, consumer, 'COUNT', BATCH, 'BLOCK', blockMs] as const;
    reading = true;
    const answer = await redis.xreadgroup(...from, 'STREAMS', key, '>').finally(() => {
      reading = false;
    });
    // Together, so that their commands share system calls.
    await Promise.all(toEntries(answer?.[0]?.[1] ?? []).map((entry) => attempt(entry, 1)));
  }

  async function claimAbandoned(): Promise<void> {
    const now = performance.now();
    if (now - claimedAt < Math.min(claimIdleMs, blockMs)) return;
    claimedAt = now;
    const [, claimed] = (await redis.xautoclaim(
      ...([key, group.group, consumer, claimIdleMs, '0-0', 'COUNT', BATCH] as const),
    )) as [string, RawEntry[]];
    for (const entry of toEntries(claimed)) await attempt(entry, await deliveriesOf(entry.id));
  }

  async function deliveriesOf(id: string): Promise<number> {
    const [pending] = (await redis.xpending(key, group.group, id, id, 1)) as PendingEntry[];
    return pending?.[3] ?? 1;
  }

  async function attempt(entry: Entry, deliveries: number): Promise<void> {
    try {
      await withProcessSpan(group.stream, group.group, entry, deliveries, async () => {
        await group.handle(group.schema.parse(readEntry(entry).data), entry.id);
        await redis.xack(key, group.group, entry.id);
      });
    } catch (error) {
      const about = { err: error, stream: group.stream.name, entry: entry.id, deliveries };
      if (deliveries < maxDeliveries) return logger.error(about, 'stream entry failed, retrying');
      logger.error(about, 'stream entry failed, moved to the dead entries');
      await redis.xadd(`${key}:dead`, 'MAXLEN', '~', MAX_DEAD, '*', ...entry.fields);
      await redis.xack(key, group.group, entry.id);
    }
  }

  async function loop(): Promise<void> {
    let ready = false;
    while (!stop.signal.aborted) {
      try {
        if (!ready) await ensureGroup();
        ready = true;
        await claimAbandoned();
        await readNew();
      } catch (error) {
        if (stop.signal.aborted) return;
        ready = false; // an emptied Redis has lost the group
        logger.warn({ err: error, stream: group.stream.name }, 'reading a stream failed');
        await pause(STREAM_RETRY_MS, stop.signal);
      }
    }
  }

  const running = withoutParent(loop);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      // A blocking read would delay the shutdown; an entry that it receives in this moment is claimed by another consumer.
      if (reading) redis.disconnect();
      await running;
    },
  };
}

type RawEntry = [id: string, fields: string[] | null] | null;
type PendingEntry = [id: string, consumer: string, idleMs: number, deliveries: number];

/** An entry that was trimmed while pending has no fields: nothing is left to process. */
function toEntries(raw: RawEntry[]): Entry[] {
  return raw.flatMap((entry) => (entry?.[1] ? [{ id: entry[0], fields: entry[1] }] : []));
}
