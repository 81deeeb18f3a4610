// The four kinds of gRPC calls, from the agent to the ledger. Context is in the metadata that opens a call.
import { randomUUID } from 'node:crypto';
import { connectLedger, type LedgerClient, type UsageRecord } from '@trace-mesh/cost-ledger/client';
import { client, type FireOptions, parent, type Scenario, server } from './scenario.ts';

const SERVICE = 'mesh.ledger.v1.CostLedger';
const [ROW_UNARY, ROW_SERVER_STREAM, ROW_CLIENT_STREAM, ROW_BIDI] = [4, 5, 6, 7];

/** The summary of the ledger's statement that reserves: the operations and tables of one `WITH` query. */
const RESERVE = 'INSERT budgets SELECT SELECT reservations SELECT budgets INSERT reservations SELECT budget';

/** The hop, and the query that it leads to. */
const edges = (row: number, method: string, query: string) => [
  parent(row, 'grpc', client('agent', `${SERVICE}/${method}`), server('cost-ledger', `${SERVICE}/${method}`)),
  parent(row, 'postgres', server('cost-ledger', `${SERVICE}/${method}`), client('cost-ledger', query)),
];

/** Each run has its own tenant, and so its own budget. */
const withLedger =
  (work: (ledger: LedgerClient, tenantId: string, signal: AbortSignal) => Promise<Record<string, unknown>>) =>
  async ({ endpoints, tokens, signal }: FireOptions) => {
    using connection = connectLedger(endpoints['cost-ledger']);
    const tenantId = `demo-${randomUUID()}`;
    return await work(connection.as(tokens.bearer({ tenantId })), tenantId, signal);
  };

const task = (tenantId: string, amountMicroUsd = 1_000) => ({
  tenantId,
  taskId: randomUUID(),
  amountMicroUsd,
});

export const grpcUnary: Scenario = {
  name: 'grpc-unary',
  title: 'One gRPC call, one answer: an amount is set aside for a task',
  teaches:
    'Metadata is to gRPC what headers are to HTTP; the query behind the call is a child of its SERVER span.',
  rows: [ROW_UNARY],
  edges: edges(ROW_UNARY, 'Reserve', RESERVE),
  fire: withLedger(async (ledger, tenantId, signal) => ({
    remainingMicroUsd: await ledger.reserve(task(tenantId), { signal }),
  })),
};

export const grpcServerStream: Scenario = {
  name: 'grpc-server-stream',
  title: 'One gRPC call, many answers: a budget is watched while it is spent',
  teaches: 'One context opens the stream, and its span lasts as long as the stream does.',
  rows: [ROW_SERVER_STREAM],
  edges: edges(ROW_SERVER_STREAM, 'WatchSpend', 'SELECT budgets'),
  fire: withLedger(async (ledger, tenantId, signal) => {
    const seen: number[] = [];
    for await (const { remainingMicroUsd } of ledger.watchSpend({ tenantId, maxUpdates: 3 }, { signal })) {
      seen.push(remainingMicroUsd);
      // The next change follows when the last one was seen: quick changes may arrive as one.
      if (seen.length < 3) await ledger.reserve(task(tenantId), { signal });
    }
    return { seen };
  }),
};

export const grpcClientStream: Scenario = {
  name: 'grpc-client-stream',
  title: 'Many gRPC messages, one answer: the usage of ten model calls is recorded',
  teaches: 'Many messages share the context that opened the call: the metadata is sent once.',
  rows: [ROW_UNARY, ROW_CLIENT_STREAM],
  edges: [
    ...edges(ROW_CLIENT_STREAM, 'RecordUsage', 'INSERT usage_records SELECT'),
    ...edges(ROW_UNARY, 'Reserve', RESERVE),
  ],
  fire: withLedger(async (ledger, tenantId, signal) => {
    const reservation = task(tenantId);
    await ledger.reserve(reservation, { signal });
    const record = (): UsageRecord => ({
      recordId: randomUUID(),
      taskId: reservation.taskId,
      model: 'amazon.nova-lite-v1:0',
      inputTokens: 100,
      outputTokens: 20,
      costMicroUsd: 11,
    });
    return { ...(await ledger.recordUsage(Array.from({ length: 10 }, record), { signal })) };
  }),
};

export const grpcBidi: Scenario = {
  name: 'grpc-bidi',
  title: 'gRPC messages both ways: caller and ledger settle on an amount that the budget holds',
  teaches: 'However often both sides speak, it is one call, and one span on each side.',
  rows: [ROW_BIDI],
  edges: edges(ROW_BIDI, 'Negotiate', 'SELECT budgets'),
  fire: withLedger(async (ledger, tenantId, signal) => {
    const { taskId } = task(tenantId);
    const wantedMicroUsd = 10 ** 12;
    const bargain = await ledger.negotiate(
      { tenantId, taskId, wantedMicroUsd, minimumMicroUsd: 1 },
      { signal },
    );
    return { ...bargain };
  }),
};
