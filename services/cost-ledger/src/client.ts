// What callers of the ledger import: promises, plain numbers, and the context of the running work in the metadata.
import * as grpc from '@grpc/grpc-js';
import { callUnary } from '@trace-mesh/tracing/grpc';
import type { ReserveResponse } from './generated/mesh/ledger/v1/ReserveResponse.ts';
import type { SettleResponse } from './generated/mesh/ledger/v1/SettleResponse.ts';
import { CostLedger } from './proto.ts';

/** Amounts in integer micro-USD; `signal` cancels the call. Rejections are grpc-js `ServiceError`s. */
export interface LedgerClient extends Disposable {
  /** Sets an amount aside for a task; answers what the tenant has left. `isOverBudget` tells the one expected refusal. */
  reserve(
    request: { tenantId: string; taskId: string; amountMicroUsd: number },
    signal?: AbortSignal,
  ): Promise<number>;
  /** Replaces the reservation by the real cost; answers what the tenant has left. */
  settle(request: { taskId: string; costMicroUsd: number }, signal?: AbortSignal): Promise<number>;
  getBudget(tenantId: string): Promise<{ spentMicroUsd: number; remainingMicroUsd: number }>;
}

/** True for the rejection that means: the tenant's budget does not hold the amount. */
export function isOverBudget(error: unknown): boolean {
  return (error as grpc.ServiceError).code === grpc.status.RESOURCE_EXHAUSTED;
}

/** Connects to a ledger at `host:port`; the connection is made when first needed and again when it breaks. */
export function createLedgerClient(address: string): LedgerClient {
  const client = new CostLedger(address, grpc.credentials.createInsecure());
  return {
    async reserve(request, signal) {
      const response = await callUnary<ReserveResponse>((m, o, done) => client.Reserve(request, m, o, done), {
        signal,
      });
      return response.remainingMicroUsd;
    },
    async settle(request, signal) {
      const response = await callUnary<SettleResponse>((m, o, done) => client.Settle(request, m, o, done), {
        signal,
      });
      return response.remainingMicroUsd;
    },
    getBudget: (tenantId) => callUnary((m, o, done) => client.GetBudget({ tenantId }, m, o, done)),
    [Symbol.dispose]: () => client.close(),
  };
}
