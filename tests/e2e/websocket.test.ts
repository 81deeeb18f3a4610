// What the edges of the WebSocket scenarios cannot say: that frames were compressed, and that a resume lost nothing.
import { fireScenario } from '@trace-mesh/scenarios/fire';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { describe, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
const TRACE_DEADLINE_MS = 10_000;

describe('the WebSocket scenarios', () => {
  it('speak compressed frames where they negotiated them', async () => {
    const { result } = await fireScenario('ws-binary', endpoints);
    expect(result).toMatchObject({ protocol: 'mesh.v1.mcpw', pushed: 'done' });
    expect(result.compressedPushes).toBeGreaterThan(0);
  });

  it('hear after a lost connection exactly what came after the last event they saw', async () => {
    const { result } = await fireScenario('ws-resume', endpoints);
    expect(result).toMatchObject({ before: 'running', after: ['done'] });
  });

  it('reach all three agents', async () => {
    const { result } = await fireScenario('ws-fan-out', endpoints);
    expect(result.pushed).toEqual(['done', 'done', 'done']);
  });
});

it('files the end of a task once, acknowledged, at the first attempt', async () => {
  const { traceId } = await fireScenario('redis-stream', endpoints);
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
