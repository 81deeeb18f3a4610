// Everything the hub works with, opened; closed again in reverse.
import { createAuthenticator, registerAuthenticator } from '@trace-mesh/access/authenticator';
import { createRateLimiter } from '@trace-mesh/access/rate-limit';
import { openRedis, type RedisConnection } from '@trace-mesh/runtime/redis';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import type { Deps } from './app.ts';
import type { Config } from './config.ts';
import { Registry } from './registry.ts';
import { createResumeLog } from './resume-log.ts';

/** What only feeds the hub, each a connection of its own: the stream's reads block, and Redis takes nothing beside a channel. */
interface Feeds {
  reader: RedisConnection;
  channel: RedisConnection;
}

/** Opens the dependencies; `checks` tell whether they are still there. */
export function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Deps & Feeds & { checks: Record<string, ReadinessCheck> } {
  const authenticator = createAuthenticator(config);
  registerAuthenticator(authenticator);
  const connect = () => use(openRedis(config.REDIS_URL, logger));
  const [redis, reader, channel] = [connect(), connect(), connect()];
  return {
    authenticator,
    limiter: createRateLimiter(config.RATE_LIMIT_PER_SECOND),
    allowedHosts: config.ALLOWED_HOSTS,
    registry: new Registry(),
    log: createResumeLog(redis),
    logger,
    reader,
    channel,
    checks: { redis: () => hears(redis, channel) },
  };
}

/** Resolves when Redis answers commands and the channel is connected, on which it answers none. */
async function hears(redis: RedisConnection, channel: RedisConnection): Promise<void> {
  if (channel.status !== 'ready') throw new Error(`the channel is ${channel.status}`);
  await redis.ping();
}
