// What callers of the ledger import: promises, async iterables, plain numbers; the context of the running work, and the
// token of the one who calls, in the metadata of each call.
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
/** Sums over the records of one stream; `stored` of them were not known yet. */
export type UsageSummary = RecordUsageResponse;

export interface Spend {
  spentMicroUsd: number;
  remainingMicroUsd: number;
}

/**
 * Amounts in integer micro-USD. Every call takes deadline and signal: a handler passes its own call on. Rejections are
 * grpc-js `ServiceError`s.
 */
export interface LedgerClient {
  /**
   * Sets an amount aside for a task; answers what the tenant has left. `isOverBudget` and `isTaken` tell the expected
   * refusals.
   */
  reserve(
    request: { tenantId: string; taskId: string; amountMicroUsd: number },
    options?: RpcOptions,
  ): Promise<number>;
  /** Replaces the reservation by the real cost; answers what the tenant has left. */
  settle(request: { taskId: string; costMicroUsd: number }, options?: RpcOptions): Promise<number>;
  getBudget(tenantId: string, options?: RpcOptions): Promise<Spend>;
  /** The budget now and after each change; leaving the loop ends the call, as do `maxUpdates` budgets (0: never). */
  watchSpend(request: { tenantId: string; maxUpdates?: number }, options?: RpcOptions): AsyncIterable<Spend>;
  /** Keeps what model calls used, all records or none; a record sent again counts once. */
  recordUsage(
    records: AsyncIterable<UsageRecord> | Iterable<UsageRecord>,
    options?: RpcOptions,
  ): Promise<UsageSummary>;
  /** Reserves as much as the ledger holds of what is asked for, but no less than the minimum; undefined: no deal. */
  negotiate(request: NegotiationRequest, options?: RpcOptions): Promise<Bargain | undefined>;
}

/** True for the rejection that means: the tenant's budget does not hold the amount. */
export function isOverBudget(error: unknown): boolean {
  return (error as grpc.ServiceError).code === grpc.status.RESOURCE_EXHAUSTED;
}

/** True for the rejection that means: the task id is another tenant's. */
export function isTaken(error: unknown): boolean {
  return (error as grpc.ServiceError).code === grpc.status.ALREADY_EXISTS;
}

/** True for the rejection that means: nothing is, or ever was, set aside for this task. */
export function isNotReserved(error: unknown): boolean {
  return (error as grpc.ServiceError).code === grpc.status.NOT_FOUND;
}

/** True for the rejection that means: the deadline passed before the answer came. */
export function isTooLate(error: unknown): boolean {
  return (error as grpc.ServiceError).code === grpc.status.DEADLINE_EXCEEDED;
}

/** A connection to a ledger; whoever calls over it says for whom. */
export interface LedgerConnection extends Disposable {
  /** The ledger as the bearer of this `Authorization` (`Bearer …`) sees it: its own tenant's affairs. */
  as(authorization: string): LedgerClient;
  /** Resolves when the ledger answers at all: for the readiness of those who call it. Nobody needs a token for that. */
  answers(options?: RpcOptions): Promise<void>;
}

/** How long a ledger may take to say that it is there, in ms. */
export const ANSWER_TIMEOUT_MS = 1_000;
/** How soon a connection that broke is tried again, in ms: at first, and at the latest. */
export const RECONNECT_MS = 100;
const RECONNECT_LONGEST_MS = 2_000;

/**
 * Calls that may be repeated are, a few times within a second, where the ledger was not there or could not reach what it
 * needs: a restart is over sooner than a caller is told. https://github.com/grpc/proposal/blob/master/A6-client-retries.md
 */
const RETRIES = {
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

/** Connects to a ledger at `host:port`; the connection is made when first needed and again when it breaks. */
export function connectLedger(address: string): LedgerConnection {
  const client = new CostLedger(address, grpc.credentials.createInsecure(), {
    'grpc.initial_reconnect_backoff_ms': RECONNECT_MS,
    'grpc.max_reconnect_backoff_ms': RECONNECT_LONGEST_MS,
    'grpc.service_config': JSON.stringify(RETRIES),
  });
  return {
    as: (authorization) => ledgerAs(client, authorization),
    async answers(options) {
      // The standard health service, asked for the server as a whole: an empty message, whose answer does not matter here.
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

/** The requests of a `RecordUsage` stream: each record, then how many there were. */
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
