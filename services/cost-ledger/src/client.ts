// What callers of the ledger import. Every call carries the active trace context and the caller's token in its metadata.
import * as grpc from '@grpc/grpc-js';
import { callUnary, type RpcOptions } from '@trace-mesh/runtime/grpc';
import { callBidi, callClientStream, callServerStream } from '@trace-mesh/runtime/grpc-client-streams';
import type { NegotiateRequestInput } from './generated/mesh/ledger/v1/NegotiateRequest.ts';
import type { NegotiateResponse } from './generated/mesh/ledger/v1/NegotiateResponse.ts';
import type { RecordUsageRequestInput } from './generated/mesh/ledger/v1/RecordUsageRequest.ts';
import type { RecordUsageResponse } from './generated/mesh/ledger/v1/RecordUsageResponse.ts';
import type { ReserveResponse } from './generated/mesh/ledger/v1/ReserveResponse.ts';
import type { SettleResponse } from './generated/mesh/ledger/v1/SettleResponse.ts';
import { type Bargain, bargain, type NegotiationRequest } from './negotiation.ts';
import { CostLedger, SERVICE_NAME } from './proto.ts';
import type { UsageRecord } from './usage.ts';

export type { Bargain, NegotiationRequest, UsageRecord };
/** Sums over the records of one stream; `stored` of them were new. */
export type UsageSummary = RecordUsageResponse;

export interface Spend {
  spentMicroUsd: number;
  remainingMicroUsd: number;
}

/** Amounts in integer micro-USD. A handler passes its own call as `options`. Rejections are grpc-js `ServiceError`s. */
export interface LedgerClient {
  /** Reserves an amount for a task; returns the tenant's remaining budget. Expected rejections: `isOverBudget`, `isTaken`. */
  reserve(
    request: { tenantId: string; taskId: string; amountMicroUsd: number },
    options?: RpcOptions,
  ): Promise<number>;
  /** Replaces the reservation by the real cost; returns the tenant's remaining budget. */
  settle(request: { taskId: string; costMicroUsd: number }, options?: RpcOptions): Promise<number>;
  getBudget(tenantId: string, options?: RpcOptions): Promise<Spend>;
  /** The budget now and after each change. Leaving the loop ends the call, and so do `maxUpdates` budgets (0: unlimited). */
  watchSpend(request: { tenantId: string; maxUpdates?: number }, options?: RpcOptions): AsyncIterable<Spend>;
  /** Stores the usage of model calls, all records or none; a repeated record counts once. */
  recordUsage(
    records: AsyncIterable<UsageRecord> | Iterable<UsageRecord>,
    options?: RpcOptions,
  ): Promise<UsageSummary>;
  /** Reserves as much of the wanted amount as the ledger can hold, at least the minimum; undefined if it cannot. */
  negotiate(request: NegotiationRequest, options?: RpcOptions): Promise<Bargain | undefined>;
}

const hasCode = (code: grpc.status) => (error: unknown) => (error as grpc.ServiceError).code === code;

/** The tenant's budget, or the cost limit, is too small for the amount. */
export const isOverBudget = hasCode(grpc.status.RESOURCE_EXHAUSTED);
/** Another tenant has reserved for this task id. */
export const isTaken = hasCode(grpc.status.ALREADY_EXISTS);
/** The task has no reservation. */
export const isNotReserved = hasCode(grpc.status.NOT_FOUND);
/** The deadline passed before the answer. */
export const isTooLate = hasCode(grpc.status.DEADLINE_EXCEEDED);

export interface LedgerConnection extends Disposable {
  /** A client that calls with this `Authorization` (`Bearer …`). */
  as(authorization: string): LedgerClient;
  /** Resolves when the ledger answers, for the readiness of its callers. Needs no token. */
  answers(options?: RpcOptions): Promise<void>;
}

/** The timeout of a health check, in ms. */
const ANSWER_TIMEOUT_MS = 1_000;
/** The first and the longest wait before a reconnect, in ms. */
const RECONNECT_MS = 100;
const RECONNECT_LONGEST_MS = 2_000;

// Idempotent calls are retried for about a second while the ledger or a dependency of it is unavailable, as during a restart.
// https://github.com/grpc/proposal/blob/master/A6-client-retries.md
const CALLS = {
  // Each address of a headless Service is a server: calls are spread over all, instead of pinned to the first.
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [
    {
      name: ['Reserve', 'Settle', 'GetBudget'].map((method) => ({ service: SERVICE_NAME, method })),
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: '0.1s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
};

/** Connects to every address of `host:port` at the first call, and again when a connection breaks. */
export function connectLedger(address: string): LedgerConnection {
  const client = new CostLedger(address, grpc.credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': RECONNECT_MS,
    'grpc.max_reconnect_backoff_ms': RECONNECT_LONGEST_MS,
    'grpc.service_config': JSON.stringify(CALLS),
  });
  return {
    as: (authorization) => ledgerAs(client, authorization),
    async answers(options) {
      // The standard health service: an empty request is about the whole server, and any answer will do.
      const bytes = (message: Buffer) => message;
      await callUnary<Buffer>(
        (m, o, done) =>
          client.makeUnaryRequest('/grpc.health.v1.Health/Check', bytes, bytes, Buffer.alloc(0), m, o, done),
        { deadlineMs: ANSWER_TIMEOUT_MS, ...options },
      );
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function ledgerAs(client: InstanceType<typeof CostLedger>, authorization: string): LedgerClient {
  const by = (options: RpcOptions = {}): RpcOptions => ({ ...options, authorization });
  return {
    async reserve(request, options) {
      const response = await callUnary<ReserveResponse>(
        (m, o, done) => client.Reserve(request, m, o, done),
        by(options),
      );
      return response.remainingMicroUsd;
    },
    async settle(request, options) {
      const response = await callUnary<SettleResponse>(
        (m, o, done) => client.Settle(request, m, o, done),
        by(options),
      );
      return response.remainingMicroUsd;
    },
    getBudget: (tenantId, options) =>
      callUnary((m, o, done) => client.GetBudget({ tenantId }, m, o, done), by(options)),
    watchSpend: (request, options) =>
      callServerStream((m, o) => client.WatchSpend(request, m, o), by(options)),
    recordUsage: (records, options) =>
      callClientStream((m, o, done) => client.RecordUsage(m, o, done), withTotal(records), by(options)),
    async negotiate(request, options) {
      await using call = callBidi<NegotiateRequestInput, NegotiateResponse>(
        (m, o) => client.Negotiate(m, o),
        by(options),
      );
      return await bargain(call, request);
    },
  };
}

/** The requests of a `RecordUsage` stream: the records, then their number. */
async function* withTotal(
  records: AsyncIterable<UsageRecord> | Iterable<UsageRecord>,
): AsyncGenerator<RecordUsageRequestInput> {
  let total = 0;
  for await (const record of records) {
    yield { record };
    total += 1;
  }
  yield { total };
}
