// The ledger over gRPC: streams, cancellation, and their spans on both sides.
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { trace } from '@opentelemetry/api';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import { startTestTracing } from '@trace-mesh/tracing/testing';
import { afterAll, afterEach, expect, inject, it } from 'vitest';
import { grpcInstrumentation } from '../grpc-instrumentation.ts';
import { tokens } from '../tokens.ts';
import { storedSpans } from './stored-spans.ts';

const tracing = startTestTracing();
grpcInstrumentation.setTracerProvider(trace.getTracerProvider());

const endpoints = inject('endpoints');
const connection = connectLedger(endpoints['cost-ledger']);
/** A new tenant and its view of the ledger. */
function newTenant() {
  const tenantId = `test-${randomUUID()}`;
  return { tenantId, ledger: connection.as(tokens.bearer({ tenantId })) };
}
afterEach(() => tracing.reset());
afterAll(async () => {
  connection[Symbol.dispose]();
  await tracing[Symbol.asyncDispose]();
});

const newTask = (tenantId: string, amountMicroUsd = 1_000) => ({
  tenantId,
  taskId: randomUUID(),
  amountMicroUsd,
});
const usageOf = (taskId: string) => ({
  recordId: randomUUID(),
  taskId,
  model: 'a-model',
  inputTokens: 10,
  outputTokens: 5,
  costMicroUsd: 7,
});
const SERVICE = 'mesh.ledger.v1.CostLedger';
const clientSpans = (method: string) => tracing.spans(`${SERVICE}/${method}`);
const serverSpans = (spans: Span[], method: string) =>
  spans.filter((span) => span.kind === 'server' && span.name === `${SERVICE}/${method}`);

it('a budget watch sends the budget immediately and after each change', async () => {
  const { tenantId, ledger } = newTenant();
  const seen: number[] = [];
  for await (const { spentMicroUsd } of ledger.watchSpend({ tenantId })) {
    seen.push(spentMicroUsd);
    if (seen.length === 3) break;
    const task = newTask(tenantId, 500);
    await ledger.reserve(task);
    if (seen.length === 2) await ledger.settle({ taskId: task.taskId, costMicroUsd: 400 });
  }
  expect(seen.slice(0, 2)).toEqual([0, 0]);
});

it('a budget watch ends on both sides when its caller leaves', async () => {
  const abort = new AbortController();
  const traceId = await withSpan('caller', {}, async () => {
    const { tenantId, ledger } = newTenant();
    const watching = async () => {
      for await (const _ of ledger.watchSpend({ tenantId }, { signal: abort.signal })) abort.abort();
    };
    await expect(watching()).rejects.toMatchObject({ code: status.CANCELLED });
    return activeTraceId() ?? '';
  });
  const [client] = clientSpans('WatchSpend');
  expect(client?.attributes['rpc.status_code']).toBe('CANCELLED');
  const [server] = serverSpans(
    await storedSpans(endpoints.traces, traceId, `${SERVICE}/WatchSpend`),
    'WatchSpend',
  );
  expect(server?.parentSpanId).toBe(client?.spanContext().spanId);
  expect(server?.attributes['rpc.status_code']).toBe('CANCELLED');
});

it('a budget watch ends with its deadline', async () => {
  const { tenantId, ledger } = newTenant();
  const watching = async () => {
    for await (const _ of ledger.watchSpend({ tenantId }, { deadlineMs: 300 }));
  };
  await expect(watching()).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
});

it('each of 20 concurrent budget watches is in the trace of its caller, with its queries', async () => {
  const traces = await Promise.all(
    Array.from({ length: 20 }, () =>
      withSpan('caller', {}, async (span) => {
        const { tenantId, ledger } = newTenant();
        for await (const _ of ledger.watchSpend({ tenantId, maxUpdates: 1 }));
        return span.spanContext();
      }),
    ),
  );
  for (const { traceId, spanId } of traces) {
    const client = clientSpans('WatchSpend').find((span) => span.parentSpanContext?.spanId === spanId);
    const spans = await storedSpans(endpoints.traces, traceId, `${SERVICE}/WatchSpend`);
    const [server, ...others] = serverSpans(spans, 'WatchSpend');
    expect(others).toEqual([]);
    expect(server?.parentSpanId).toBe(client?.spanContext().spanId);
    const queries = spans.filter((span) => span.name === 'SELECT budgets');
    expect(queries.map((span) => span.parentSpanId)).toEqual([server?.spanId]);
  }
});

it('a usage record that is sent twice is counted once', async () => {
  const { tenantId, ledger } = newTenant();
  const task = newTask(tenantId);
  await ledger.reserve(task);
  const records = [1, 2, 3].map(() => usageOf(task.taskId));
  expect(await ledger.recordUsage(records.slice(0, 2))).toMatchObject({ records: 2, stored: 2 });
  expect(await ledger.recordUsage(records)).toMatchObject({ records: 3, stored: 1, costMicroUsd: 21 });
});

it('a usage stream that its caller cancels stores nothing', async () => {
  const { tenantId, ledger } = newTenant();
  const task = newTask(tenantId);
  await ledger.reserve(task);
  const records = [1, 2, 3].map(() => usageOf(task.taskId));
  const abort = new AbortController();
  async function* half() {
    yield* records.slice(0, 2);
    // Cancel only after the ledger has started to read.
    await ledger.getBudget(task.tenantId);
    abort.abort();
    await new Promise(() => undefined);
  }
  const calling = ledger.recordUsage(half(), { signal: abort.signal });
  await expect(calling).rejects.toMatchObject({ code: status.CANCELLED });
  expect(await ledger.recordUsage(records)).toMatchObject({ stored: 3 });
});

it('usage records of an unknown task and invalid records are refused', async () => {
  const { ledger } = newTenant();
  await expect(ledger.recordUsage([usageOf(randomUUID())])).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
  await expect(ledger.recordUsage([{ ...usageOf(randomUUID()), inputTokens: -1 }])).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
  });
});

it('a negotiation ends with the amount that the budget covers reserved', async () => {
  const { tenantId, ledger } = newTenant();
  await ledger.reserve(newTask(tenantId, 99_999_000));
  const wanted = { tenantId, taskId: randomUUID(), wantedMicroUsd: 5_000, minimumMicroUsd: 100 };
  expect(await ledger.negotiate(wanted)).toEqual({
    reservedMicroUsd: 1_000,
    remainingMicroUsd: 0,
    offers: 2,
  });
});

it('a negotiation without agreement reserves nothing', async () => {
  const { tenantId, ledger } = newTenant();
  await ledger.reserve(newTask(tenantId, 99_999_000));
  const wanted = { tenantId, taskId: randomUUID(), wantedMicroUsd: 5_000, minimumMicroUsd: 2_000 };
  expect(await ledger.negotiate(wanted)).toBeUndefined();
  expect(await ledger.getBudget(tenantId)).toMatchObject({ remainingMicroUsd: 1_000 });
  expect(clientSpans('Negotiate')[0]?.attributes['rpc.status_code']).toBe('OK');
});
