// WebSocket and Redis stream results that edges do not show: compression, resume, fan-out, delivery attempts.
import { openAgent } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { afterAll, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());
const TRACE_DEADLINE_MS = 10_000;

it('ws-binary receives compressed frames after negotiating permessage-deflate', async () => {
  const { result } = await agent.fire('ws-binary');
  expect(result).toMatchObject({ protocol: 'mesh.v1.mcpw', pushed: 'done' });
  expect(result.compressedPushes).toBeGreaterThan(0);
});

it('ws-resume receives after a lost connection exactly the events after its last one', async () => {
  const { result } = await agent.fire('ws-resume');
  expect(result).toMatchObject({ before: 'running', after: ['done'] });
});

it('ws-fan-out pushes the result to all three agents', async () => {
  const { result } = await agent.fire('ws-fan-out');
  expect(result.pushed).toEqual(['done', 'done', 'done']);
});

it('the audit stream stores the end of a task and acknowledges it at the first attempt', async () => {
  const { traceId } = await agent.fire('redis-stream');
  const filed = { service: 'ws-hub', kind: 'consumer' as const, name: 'process task-audit' };
  const appended = { service: 'worker', kind: 'producer' as const, name: 'send task-audit' };
  const edge = { from: appended, to: filed, transport: 'redis-stream', relation: 'parent' as const, row: 21 };
  const { trace } = await waitForTrace(endpoints.traces, traceId, [edge], { timeoutMs: TRACE_DEADLINE_MS });
  const spans = trace.spans.filter((span) => span.name === filed.name);
  expect(spans.map((span) => span.attributes['mesh.messaging.delivery_attempt'])).toEqual([1]);
  const below = trace.spans.filter((span) => span.parentSpanId === spans[0]?.spanId);
  expect(below.map((span) => span.attributes['db.operation.name'] ?? span.name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/set/i), expect.stringMatching(/xack/i)]),
  );
});
