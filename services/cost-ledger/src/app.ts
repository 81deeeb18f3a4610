// The gRPC server of the ledger, ready to be bound; one operation per file under rpc/.
import * as grpc from '@grpc/grpc-js';
import { unary } from '@trace-mesh/tracing/grpc';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Database } from '@trace-mesh/tracing/postgres';
import type { BudgetCache } from './budget-cache.ts';
import { CostLedger } from './proto.ts';
import { getBudget } from './rpc/get-budget.ts';
import { reserve } from './rpc/reserve.ts';
import { settle } from './rpc/settle.ts';

export interface Deps {
  db: Database;
  cache: BudgetCache;
  logger: Logger;
  defaultBudgetMicroUsd: number;
}

export function createApp(deps: Deps): grpc.Server {
  const onBug = (error: unknown) => deps.logger.error({ err: error }, 'a call failed');
  const server = new grpc.Server();
  server.addService(CostLedger.service, {
    Reserve: unary(reserve(deps), onBug),
    Settle: unary(settle(deps), onBug),
    GetBudget: unary(getBudget(deps), onBug),
  });
  return server;
}
