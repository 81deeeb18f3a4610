// Counts per second: in Redis, shared by all instances of a service, or in this process, also while Redis is away.
// decisions/057-shared-limits.md
import { openRedis, type RedisConnection } from '@trace-mesh/runtime/redis';
import type { ServiceScope } from '@trace-mesh/runtime/service';
import { withoutParent } from '@trace-mesh/tracing/span';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** How long Redis may take for one count, in ms; then this process counts alone. */
export const COUNT_TIMEOUT_MS = 100;

/** Where the instances of a service count together. */
export interface SharedCounts {
  /** The service: each has counts of its own. */
  name: string;
  redis: RedisConnection;
}

/** Opens the counts of a service at `url`, a `REDIS_URL`; undefined without one. */
export function openCounts(
  name: string,
  url: string | undefined,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): SharedCounts | undefined {
  if (!url) return undefined;
  return { name, redis: use(openRedis(url, logger, { commandTimeoutMs: COUNT_TIMEOUT_MS })) };
}

/** The outcome of one count. */
export interface Counted {
  /** How many points were within the limit. */
  granted: number;
  /** The time until the next second's points, in ms. */
  waitMs: number;
}

/**
 * Counts `points` of a key; `granted` are those within `limit`, a number a second. Without a span: it is no part of the caller's work.
 */
export function createCount(limit: number, shared?: SharedCounts) {
  const perSecond = Math.floor(limit);
  const options = { points: perSecond, duration: 1 };
  const own = new RateLimiterMemory(options);
  const limiter = shared
    ? new RateLimiterRedis({
        ...options,
        storeClient: shared.redis,
        keyPrefix: `limit:${shared.name}`,
        insuranceLimiter: own,
        rejectIfRedisNotReady: true,
      })
    : own;
  return async (key: string, points = 1): Promise<Counted> => {
    const outcome = await withoutParent(() => limiter.consume(key, points)).catch(
      (reason: unknown) => reason,
    );
    // The library rejects with the rest of the second where points are beyond the limit.
    if (!(outcome instanceof RateLimiterRes)) throw outcome;
    const before = outcome.consumedPoints - points;
    return { granted: Math.min(points, Math.max(0, perSecond - before)), waitMs: outcome.msBeforeNext };
  };
}
