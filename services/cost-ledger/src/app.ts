// The gRPC server of the ledger, ready to be bound; one operation per file under rpc/, one of each kind at least.
import * as grpc from '@grpc/grpc-js';
import { unary } from '@trace-mesh/tracing/grpc';
import { addReflection } from '@trace-mesh/tracing/grpc-reflection';
import { bidi, clientStream, serverStream } from '@trace-mesh/tracing/grpc-server-streams';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Database } from '@trace-mesh/tracing/postgres';
import type { BudgetCache } from './budget-cache.ts';
import type { BudgetChanges } from './budget-changes.ts';
import { CostLedger, definition } from './proto.ts';
import { getBudget } from './rpc/get-budget.ts';
import { negotiate } from './rpc/negotiate.ts';
import { recordUsage } from './rpc/record-usage.ts';
import { reserve } from './rpc/reserve.ts';
import { settle } from './rpc/settle.ts';
import { watchSpend } from './rpc/watch-spend.ts';

export interface Deps {
  db: Database;
  cache: BudgetCache;
  changes: BudgetChanges;
  logger: Logger;
  defaultBudgetMicroUsd: number;
  /** After how many s a reservation that nobody settled is given back. */
  expirySeconds: number;
}

export function createApp(deps: Deps): grpc.Server {
  const onBug = (error: unknown) => deps.logger.error({ err: error }, 'a call failed');
  const server = new grpc.Server();
  server.addService(CostLedger.service, {
    Reserve: unary(reserve(deps), onBug),
    Settle: unary(settle(deps), onBug),
    GetBudget: unary(getBudget(deps), onBug),
    WatchSpend: serverStream(watchSpend(deps), onBug),
    RecordUsage: clientStream(recordUsage(deps), onBug),
    Negotiate: bidi(negotiate(deps), onBug),
  });
  addReflection(server, definition);
  return server;
}
