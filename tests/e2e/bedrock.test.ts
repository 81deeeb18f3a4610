// Model calls: retries, partial answers, cost, and what leaves the mesh with them.
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { afterAll, expect, inject, it } from 'vitest';
import { z } from 'zod';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());
const CONTEXT_HEADER = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace)-.*)$/;

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

it.each([
  ['bedrock-converse', 'converse'],
  ['bedrock-stream', 'converse-stream'],
  ['bedrock-invoke', 'invoke'],
])('a model call sends no context header and no trace id out of the mesh: %s', async (scenario, path) => {
  const { traceId, result } = await agent.fire(scenario);
  const sent = await received(result.taskId);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.path.endsWith(`/${path}`)).toBe(true);
  expect(Object.keys(sent[0]?.headers ?? {}).filter((name) => CONTEXT_HEADER.test(name))).toEqual([]);
  expect(JSON.stringify(sent)).not.toContain(traceId);
});

it('the span of a model call has the cost that the task is charged', async () => {
  const { traceId, result } = await agent.fire('bedrock-stream');
  const chat = await chatOf('bedrock-stream', traceId);
  expect(result.partialPushes).toBeGreaterThan(0);
  expect(chat?.attributes['mesh.cost.usd']).toBe(result.costUsd);
  expect(chat?.attributes['gen_ai.response.finish_reasons']).toContain('end_turn');
});

it('a throttled model call has one retry event for each refused attempt', async () => {
  const { traceId, result } = await agent.fire('bedrock-throttled');
  const chats = await chatsOf('bedrock-throttled', traceId);
  const retries = chats.flatMap(({ events }) => events.filter((event) => event.name === 'retry'));
  // The SDK retries less after many recent failures; the queue then delivers the task again.
  expect(retries).toHaveLength((await received(result.taskId)).length - chats.length);
  for (const { attributes } of retries) expect(attributes['error.type']).toBe('ThrottlingException');
});

it('a model call is aborted when the client of its task disconnects', async () => {
  const { result } = await agent.fire('bedrock-left');
  await expect.poll(() => received(result.askId), { timeout: 5_000 }).toMatchObject([{ aborted: true }]);
});
