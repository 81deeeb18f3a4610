// Redis pub/sub that survives a lost connection. In a cluster it is sharded: a message reaches only the node of its channel.
import type { Logger } from '@trace-mesh/tracing/logger';
import { withProcessSpan } from '@trace-mesh/tracing/redis';
import { Cluster, type Redis } from 'ioredis';
import type { z } from 'zod';
import { subscribeShard } from './shard.ts';

export { openRedis, REDIS_COMMAND_TIMEOUT_MS, type RedisConnection, RedisUrl } from './connection.ts';
export { statusOf } from './shard.ts';

/** One channel and its handler. */
export interface ChannelSubscription<T> {
  channel: string;
  schema: z.ZodType<T>;
  handle: (data: T) => Promise<void> | void;
  logger: Logger;
  /** Whether messages are of interest at the moment; the others are dropped unread, without a span. By default all are. */
  isWanted?: () => boolean;
  /** Called when the channel is subscribed again after a lost connection: messages in between are lost. */
  onGap?: () => void;
}

/**
 * Subscribes `redis`, a connection for nothing else, since Redis allows no other commands on it. Runs `handle` for each message
 * as a child of the work that published it; a message that is malformed, or whose handler rejects, is logged. Rejects if the
 * channel cannot be subscribed the first time.
 */
export async function subscribe<T>(
  redis: Redis | Cluster,
  subscription: ChannelSubscription<T>,
): Promise<void> {
  const { channel, schema, handle, logger, isWanted = () => true, onGap } = subscription;

  async function receive(text: string): Promise<void> {
    try {
      await withProcessSpan(channel, text, (data) => handle(schema.parse(data)));
    } catch (error) {
      logger.error({ err: error, channel }, 'processing a pub/sub message failed');
    }
  }

  async function resubscribe(): Promise<void> {
    try {
      await redis.subscribe(channel);
      logger.warn({ channel }, 'resubscribed after reconnect');
      onGap?.();
    } catch (error) {
      // The connection broke again: `ready` will follow again.
      logger.warn({ err: error, channel }, 'resubscribing failed');
      if (redis.status === 'ready') redis.disconnect(true);
    }
  }

  const onMessage = (from: string, text: string) => {
    if (from === channel && isWanted()) void receive(text);
  };
  if (redis instanceof Cluster) return subscribeShard(redis, { channel, onMessage, onGap, logger });
  redis.on('message', onMessage);
  await redis.subscribe(channel);
  redis.on('ready', () => void resubscribe());
}
