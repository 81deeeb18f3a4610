import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { openPostgresProbe } from '@trace-mesh/runtime/postgres-probe';
import { openRedis } from '@trace-mesh/runtime/redis';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { openModel } from './model.ts';

/** Opens everything but the queue; `checks` are for readiness. */
export function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Deps & { checks: Record<string, ReadinessCheck> } {
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const postgres = use(openPostgresProbe(config.DATABASE_URL, logger));
  const redis = use(openRedis(config.REDIS_URL, logger));
  const ledger = use(connectLedger(config.COST_LEDGER_ADDRESS));
  return {
    db,
    redis,
    ledger,
    tokens: createServiceTokens('worker', config.KEYS_DIR),
    model: use(openModel(config.BEDROCK_MODEL, config.BEDROCK_ENDPOINT)),
    logger,
    checks: {
      postgres: () => postgres.answers(),
      redis: () => redis.ping(),
      'cost-ledger': () => ledger.answers(),
    },
  };
}
