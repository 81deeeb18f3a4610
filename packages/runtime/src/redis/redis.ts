// Redis: a connection as a resource.

import type { Logger } from '@trace-mesh/tracing/logger';
import { Redis } from 'ioredis';

/** How long a command waits for its answer, and for a connection that broke, in ms; then it rejects. */
export const REDIS_COMMAND_TIMEOUT_MS = 2_000;

/** A connection that is closed by disposing it. */
export type RedisConnection = Redis & AsyncDisposable;

/** Opens a connection that reconnects by itself; commands wait for it at most `REDIS_COMMAND_TIMEOUT_MS`. */
export function openRedis(url: string, logger: Logger): RedisConnection {
  const redis = new Redis(url, {
    commandTimeout: REDIS_COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 3,
    // A failure of that would be heard by nobody and end the process: `subscribe` does it instead.
    autoResubscribe: false,
  });
  redis.on('error', (error) => logger.warn({ err: error }, 'the Redis connection broke'));
  return Object.assign(redis, {
    [Symbol.asyncDispose]: async () => {
      if (redis.status === 'ready') await redis.quit();
      else redis.disconnect();
    },
  });
}
