// What the worker works with, and what it does with each message.
import type { LedgerClient } from '@trace-mesh/cost-ledger/client';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Database } from '@trace-mesh/tracing/postgres';
import type { RedisConnection } from '@trace-mesh/tracing/redis';
import { runTask } from './handlers/run-task.ts';
import type { Model } from './model.ts';

export interface Deps {
  db: Database;
  redis: RedisConnection;
  ledger: LedgerClient;
  model: Model;
  logger: Logger;
}

/** The handler for the messages of the queue `tasks`. */
export const createApp = (deps: Deps) => runTask(deps);
