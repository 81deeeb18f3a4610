import { openCounts } from '@trace-mesh/access/counts';
import { openGate } from '@trace-mesh/access/gate';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { openPostgresProbe } from '@trace-mesh/runtime/postgres-probe';
import type { ReadinessCheck, ServiceScope } from '@trace-mesh/runtime/service';
import { findQueue, openSqs, queueAnswers } from '@trace-mesh/runtime/sqs-client';
import type { z } from 'zod';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { relayOutbox } from './outbox.ts';
import { observeOutbox } from './outbox-metrics.ts';
import { startOutboxRelay } from './outbox-relay.ts';

/** Opens the dependencies and starts the outbox relay; `checks` are for readiness. */
export async function openDeps(
  config: z.infer<typeof Config>,
  { logger, use }: Pick<ServiceScope, 'logger' | 'use'>,
): Promise<Deps & { checks: Record<string, ReadinessCheck> }> {
  const gate = openGate(config, { counts: openCounts('rest-api', config.REDIS_URL, { logger, use }) });
  const db = use(openDatabase(config.DATABASE_URL, logger));
  const postgres = use(openPostgresProbe(config.DATABASE_URL, logger));
  const ledger = use(connectLedger(config.COST_LEDGER_ADDRESS));
  const sqs = use(openSqs(config.SQS_ENDPOINT));
  const queue = await findQueue(sqs, config.TASK_QUEUE);
  use(observeOutbox(db, queue));
  return {
    ...gate,
    db,
    ledger,
    tokens: createServiceTokens('rest-api', config.KEYS_DIR),
    relay: use(startOutboxRelay(() => relayOutbox(db, sqs, queue, logger), logger)),
    queue,
    logger,
    checks: {
      postgres: () => postgres.answers(),
      'cost-ledger': () => ledger.answers(),
      queue: () => queueAnswers(sqs, queue),
    },
  };
}
