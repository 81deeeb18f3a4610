import type { ServeOptions } from '@trace-mesh/runtime/grpc';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { BudgetCache } from './budget-cache.ts';
import type { BudgetChanges } from './budget-changes.ts';

export interface Deps {
  db: Database;
  cache: BudgetCache;
  changes: BudgetChanges;
  logger: Logger;
  defaultBudgetMicroUsd: number;
  /** Authenticates each call. */
  admit: ServeOptions['admit'];
  /** How long a reservation is held if it is not settled, in s. */
  expirySeconds: number;
}
