import { openCounts } from '@trace-mesh/access/counts';
import { openGate } from '@trace-mesh/access/gate';
import { openRedis, type RedisConnection, statusOf } from '@trace-mesh/runtime/redis';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { ConnectionRegistry } from './registry.ts';
import { createResumeLog } from './resume-log.ts';

/** Connections for reading only: a blocking read occupies a connection, and a subscribed one takes no other commands. */
interface Feeds {
  reader: RedisConnection;
  channel: RedisConnection;
}

/** Opens what the hub works with; `checks` are for its readiness. */
export function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Deps & Feeds & { checks: Record<string, ReadinessCheck> } {
  const gate = openGate(config, { counts: openCounts('ws-hub', config.REDIS_URL, { logger, use }) });
  const connect = () => use(openRedis(config.REDIS_URL, logger));
  const [redis, reader, channel] = [connect(), connect(), connect()];
  return {
    ...gate,
    registry: new ConnectionRegistry(),
    log: createResumeLog(redis),
    logger,
    reader,
    channel,
    checks: { redis: () => checkRedis(redis, channel) },
  };
}

/** A subscribed connection answers no command, so its status is checked instead. */
async function checkRedis(redis: RedisConnection, channel: RedisConnection): Promise<void> {
  const status = statusOf(channel);
  if (status !== 'ready') throw new Error(`Redis subscriber connection is not ready (${status})`);
  await redis.ping();
}
