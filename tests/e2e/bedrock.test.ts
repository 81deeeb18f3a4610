// What edges cannot say of a model call: its retries, its partial answers, and what left the trust boundary.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { fireScenario } from '@trace-mesh/scenarios/fire';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';

const endpoints = inject('endpoints');
const OF_OURS = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace)-.*)$/;

const Requests = z.array(
  z.object({
    path: z.string(),
    headers: z.record(z.string(), z.unknown()),
    body: z.string(),
    aborted: z.boolean(),
  }),
);

async function received(marker: unknown) {
  const response = await fetch(new URL('/_double/requests', endpoints.bedrock));
  return Requests.parse(await response.json()).filter((request) => request.body.includes(String(marker)));
}

async function chatsOf(name: string, traceId: string): Promise<Span[]> {
  const edges = scenarios.find((scenario) => scenario.name === name)?.edges ?? [];
  const { trace } = await waitForTrace(endpoints.traces, traceId, edges, { timeoutMs: 10_000 });
  return trace.spans.filter((span) => span.name.startsWith('chat '));
}
const chatOf = async (name: string, traceId: string) => (await chatsOf(name, traceId))[0];

describe('a model call', () => {
  it.each([
    ['bedrock-converse', 'converse'],
    ['bedrock-stream', 'converse-stream'],
    ['bedrock-invoke', 'invoke'],
  ])('carries nothing of ours out of the mesh: %s', async (scenario, path) => {
    const { traceId, result } = await fireScenario(scenario, endpoints);
    const sent = await received(result.taskId);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.path.endsWith(`/${path}`)).toBe(true);
    expect(Object.keys(sent[0]?.headers ?? {}).filter((name) => OF_OURS.test(name))).toEqual([]);
    expect(JSON.stringify(sent)).not.toContain(traceId);
  });

  it('tells its cost on the span as on the bill', async () => {
    const { traceId, result } = await fireScenario('bedrock-stream', endpoints);
    const chat = await chatOf('bedrock-stream', traceId);
    expect(result.partialPushes).toBeGreaterThan(0);
    expect(chat?.attributes['mesh.cost.usd']).toBe(result.costUsd);
    expect(chat?.attributes['gen_ai.response.finish_reasons']).toContain('end_turn');
  });

  it('has an event for each time that it was throttled', async () => {
    const { traceId, result } = await fireScenario('bedrock-throttled', endpoints);
    const chats = await chatsOf('bedrock-throttled', traceId);
    const retries = chats.flatMap(({ events }) => events.filter((event) => event.name === 'retry'));
    // The SDK retries less when many calls have failed of late; the queue then delivers the task again.
    expect(retries).toHaveLength((await received(result.taskId)).length - chats.length);
    for (const { attributes } of retries) expect(attributes['error.type']).toBe('ThrottlingException');
  });

  it('is aborted at the far side when its caller leaves', async () => {
    const { result } = await fireScenario('bedrock-left', endpoints);
    await expect.poll(() => received(result.askId), { timeout: 5_000 }).toMatchObject([{ aborted: true }]);
  });
});
