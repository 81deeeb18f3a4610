// Redis: a connection as a resource, and pub/sub that survives a lost connection.
import type { Writable } from 'node:stream';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withProcessSpan } from '@trace-mesh/tracing/redis';
import { Redis } from 'ioredis';
import type { z } from 'zod';

/** How long a command waits for its answer, and for a connection that broke, in ms; then it rejects. */
export const REDIS_COMMAND_TIMEOUT_MS = 2_000;

/** A connection that is closed by disposing it. */
export type RedisConnection = Redis & AsyncDisposable;

/** Opens a connection that reconnects by itself; commands wait for it at most `REDIS_COMMAND_TIMEOUT_MS`. */
export function openRedis(url: string, logger: Logger): RedisConnection {
  const redis = new Redis(url, {
    commandTimeout: REDIS_COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 3,
    // A failure of it would be an unhandled rejection, which ends the process; `subscribe` does it instead.
    autoResubscribe: false,
  });
  redis.on('connect', () => joinWrites(redis.stream));
  redis.on('error', (error) => logger.warn({ err: error }, 'Redis connection broke'));
  return Object.assign(redis, {
    [Symbol.asyncDispose]: async () => {
      if (redis.status === 'ready') await redis.quit();
      else redis.disconnect();
    },
  });
}

/** Sends the commands of one turn of the event loop in one system call; ioredis makes one for each. */
function joinWrites(socket: Writable): void {
  const write = socket.write;
  socket.write = (...args: unknown[]) => {
    if (socket.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    return Reflect.apply(write, socket, args);
  };
}

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
export async function subscribe<T>(redis: Redis, subscription: ChannelSubscription<T>): Promise<void> {
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

  redis.on('message', (from: string, text: string) => {
    if (from === channel && isWanted()) void receive(text);
  });
  await redis.subscribe(channel);
  redis.on('ready', () => void resubscribe());
}
