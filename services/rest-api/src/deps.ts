import type { Gate } from '@trace-mesh/access/express';
import type { ServiceTokens } from '@trace-mesh/access/service-tokens';
import type { LedgerConnection } from '@trace-mesh/cost-ledger/client';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Queue } from '@trace-mesh/tracing/sqs';
import type { OutboxRelay } from './outbox-relay.ts';

export interface Deps extends Gate {
  db: Database;
  ledger: LedgerConnection;
  /** Signs the tokens with which this service calls the ledger for a tenant. */
  tokens: ServiceTokens;
  relay: Pick<OutboxRelay, 'wake'>;
  queue: Queue;
  logger: Logger;
}
