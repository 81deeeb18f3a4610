// An error is recorded once, on the span where it started; every other span that receives it links to that span.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { afterAll, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());

async function fire(name: string) {
  const { traceId, result } = await agent.fire(name);
  const { trace } = await waitForTrace(endpoints.traces, traceId, edgesOf(name), { timeoutMs: 10_000 });
  const having = (event: string) =>
    trace.spans.filter((span) => span.events.some(({ name }) => name === event));
  return { traceId, result, recorded: having('exception'), noted: having('Upstream error received') };
}

/** Waiting for the scenario's edges keeps a partly arrived trace from being read. */
const edgesOf = (name: string) => scenarios.find((scenario) => scenario.name === name)?.edges ?? [];
const named = (spans: Span[]) => spans.map((span) => `${span.service} ${span.name}`).sort();

it('an error is recorded once and keeps its origin over gRPC and HTTP', async () => {
  const { traceId, result, recorded, noted } = await fire('error-http');
  expect(named(recorded)).toEqual(['cost-ledger mesh.ledger.v1.CostLedger/Reserve']);
  expect(named(noted)).toEqual(['agent scenario error-http', 'rest-api POST /api/tasks']);
  expect(result).toMatchObject({
    status: 402,
    origin: {
      code: 'over_budget',
      service: 'cost-ledger',
      trace_id: traceId,
      span_id: recorded[0]?.spanId,
    },
  });
  for (const span of noted) expect(span.links).toContainEqual({ traceId, spanId: recorded[0]?.spanId });
});

it('the error of a dead-lettered task is stored and pushed with its origin', async () => {
  const { traceId, result, recorded, noted } = await fire('error-task');
  // Three deliveries: each failure is recorded once, on its model call.
  expect(named(recorded)).toEqual(Array(3).fill('worker chat amazon.nova-lite-v1:0'));
  expect(named(noted)).toEqual(['agent process task.updated']);
  const last = recorded.toSorted((a, b) => a.startUs - b.startUs).at(-1);
  expect(result.stored).toMatchObject({
    code: 'model_failed',
    service: 'worker',
    trace_id: traceId,
    span_id: last?.spanId,
  });
  expect(result.pushed).toEqual(result.stored);
});

it('a tool error reaches the MCP client with its origin in _meta', async () => {
  const { traceId, result, recorded, noted } = await fire('error-mcp');
  expect(named(recorded)).toEqual(['rest-api POST /api/tasks']);
  expect(named(noted)).toEqual(['agent tools/call create_task', 'edge-mcp tools/call create_task']);
  expect(result.origin).toMatchObject({
    code: 'invalid_request',
    service: 'rest-api',
    trace_id: traceId,
    span_id: recorded[0]?.spanId,
  });
});
