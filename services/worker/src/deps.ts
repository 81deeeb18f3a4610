import type { ServiceTokens } from '@trace-mesh/access/service-tokens';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Model } from './question.ts';

export interface Deps {
  db: Database;
  redis: RedisConnection;
  ledger: LedgerConnection;
  /** Signs the tokens with which the worker calls the ledger for a tenant. */
  tokens: ServiceTokens;
  model: Model;
  logger: Logger;
}
