import { openCounts } from '@trace-mesh/access/counts';
import { openGate } from '@trace-mesh/access/gate';
import { rpcGate } from '@trace-mesh/access/grpc';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { openPostgresProbe } from '@trace-mesh/runtime/postgres-probe';
import { openRedis } from '@trace-mesh/runtime/redis';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import { createBudgetCache } from './budget-cache.ts';
import { joinBudgetChanges } from './budget-changes.ts';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';

export async function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Promise<Deps & { checks: Record<string, ReadinessCheck> }> {
  const counts = openCounts('cost-ledger', config.REDIS_URL, { logger, use });
  const admit = rpcGate(openGate(config, { counts }));
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const postgres = use(openPostgresProbe(config.DATABASE_URL, logger));
  const redis = use(openRedis(config.REDIS_URL, logger));
  const subscriber = use(openRedis(config.REDIS_URL, logger));
  return {
    db,
    cache: createBudgetCache(redis, logger),
    changes: await joinBudgetChanges({ redis, subscriber, logger }),
    logger,
    defaultBudgetMicroUsd: config.DEFAULT_BUDGET_MICRO_USD,
    admit,
    expirySeconds: config.RESERVATION_EXPIRY_S,
    checks: { postgres: () => postgres.answers(), redis: () => redis.ping() },
  };
}
