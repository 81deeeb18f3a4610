// Redrives, jobs, batches and budgets: exact ids across attempts and traces, and nothing charged, lost or done twice.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { AGENT_TENANT } from '@trace-mesh/scenarios/tokens';
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { tokens } from '../tokens.ts';

const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
const connection = connectLedger(endpoints['cost-ledger']);
afterAll(async () => {
  connection[Symbol.dispose]();
  await agent[Symbol.asyncDispose]();
});

/** rest-api and the ledger with a token of this tenant. */
function as(tenantId: string) {
  const bearer = tokens.bearer({ tenantId });
  return { api: createRestApiClient(endpoints['rest-api'], () => bearer), ledger: connection.as(bearer) };
}
const { api } = as(AGENT_TENANT);

const eventually = { timeout: 30_000, interval: 100 };
/** Tokens; two tasks of so many exceed the batch test's budget. */
const MANY_TOKENS = 4_096;

async function fired(name: string) {
  const edges = scenarios.find((scenario) => scenario.name === name)?.edges ?? [];
  const { traceId, relatedTraceIds, result } = await agent.fire(name);
  const options = { timeoutMs: 10_000, relatedTraceIds };
  const { trace } = await waitForTrace(endpoints.traces, traceId, edges, options);
  return { spans: trace.spans, traceId, relatedTraceIds, result };
}
const named = (spans: Span[], name: string) =>
  spans.filter((span) => span.name === name).toSorted((a, b) => a.startUs - b.startUs);

it('a redriven message stays in the trace of its sender, and each attempt links to the previous one', async () => {
  const { spans, result } = await fired('sqs-redelivery');
  expect(result).toMatchObject({
    status: 'done',
    redriven: 1,
    atFirst: expect.stringContaining('failed 3 times'),
  });
  const [sent] = named(spans, 'create tasks');
  const attempts = named(spans, 'process tasks');
  expect(attempts.map((span) => span.attributes['mesh.messaging.delivery_attempt'])).toEqual([1, 2, 3, 1]);
  expect(attempts.map((span) => span.parentSpanId)).toEqual(Array(4).fill(sent?.spanId));
  const previous = attempts.map((span) => span.links.filter((link) => link.traceId === span.traceId));
  const before = attempts.slice(0, 3).map(({ traceId, spanId }) => [{ traceId, spanId }]);
  expect(previous).toEqual([[], ...before]);
});

it('npm run redrive moves a dead letter back, and its successful run is charged', async () => {
  const tenantId = `redrive-${randomUUID()}`;
  const { api, ledger } = as(tenantId);
  const { taskId } = await api.createTask({ prompt: `[[broken:${tenantId}]]` });
  await vi.waitFor(async () => expect((await api.getTask(taskId)).status).toBe('failed'), eventually);
  const fixed = { method: 'PUT', body: JSON.stringify({ id: tenantId }) };
  await fetch(new URL('/_double/fixed', endpoints.bedrock), fixed);
  const command = fileURLToPath(new URL('../../tools/cli/src/redrive.ts', import.meta.url));
  const args = [command, '--sqs', endpoints.sqs, '--otlp', endpoints.otlp, '--containing', taskId];
  await vi.waitFor(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('moved 1 message from tasks-dlq to tasks\n');
  }, eventually);
  await vi.waitFor(async () => expect((await api.getTask(taskId)).status).toBe('done'), eventually);
  const { costMicroUsd } = await api.getTask(taskId);
  expect(costMicroUsd).toBeGreaterThan(0);
  expect((await ledger.getBudget(tenantId)).spentMicroUsd).toBe(costMicroUsd);
});

it('a task that is created twice is charged once', async () => {
  const tenantId = `once-${randomUUID()}`;
  const { api, ledger } = as(tenantId);
  const { taskId } = await api.createTask({ prompt: 'p' });
  await vi.waitFor(async () => expect((await api.getTask(taskId)).status).toBe('done'), eventually);
  await api.createTask({ taskId, prompt: 'p' }); // the same id: the same task, no second message
  const { costMicroUsd } = await api.getTask(taskId);
  expect((await ledger.getBudget(tenantId)).spentMicroUsd).toBe(costMicroUsd);
});

it('a failed task releases its reservation', async () => {
  const tenantId = `failed-${randomUUID()}`;
  const { api, ledger } = as(tenantId);
  const { taskId } = await api.createTask({ prompt: `[[broken:${tenantId}]]` });
  const failed = async () =>
    expect(await api.getTask(taskId)).toMatchObject({ status: 'failed', result: null });
  await vi.waitFor(failed, eventually);
  const { spentMicroUsd, remainingMicroUsd } = await ledger.getBudget(tenantId);
  expect(spentMicroUsd).toBe(0);
  const untouched = `never-${randomUUID()}`;
  const untouchedBudget = await as(untouched).ledger.getBudget(untouched);
  expect(remainingMicroUsd).toBe(untouchedBudget.remainingMicroUsd);
});

it('a job and its submitter name the trace of each other', async () => {
  const { traceId, relatedTraceIds, result } = await fired('async-job');
  expect(result).toMatchObject({ status: 'done', submitterTraceId: traceId });
  expect(relatedTraceIds).toEqual([result.jobTraceId]);
  const job = await fetchTrace(endpoints.traces, String(result.jobTraceId));
  const root = job?.spans.find((span) => !span.parentSpanId);
  expect(root?.attributes['mesh.link.trace_id']).toBe(traceId);
});

it('a job of an unsampled submitter runs and is not sampled', async () => {
  const submitter = randomUUID().replaceAll('-', '');
  const response = await fetch(new URL('/api/jobs', endpoints['rest-api']), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: tokens.bearer(),
      traceparent: `00-${submitter}-b7ad6b7169203331-00`,
    },
    body: JSON.stringify({ prompt: 'quiet' }),
  });
  const { jobId } = (await response.json()) as { jobId: string };
  await vi.waitFor(async () => expect((await api.getJob(jobId)).status).toBe('done'), eventually);
  const { traceId, submitterTraceId } = await api.getJob(jobId);
  expect(submitterTraceId).toBe(submitter);
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  // A later sampled job has arrived in the store, so this one's spans would have too.
  await fired('async-job');
  expect(await fetchTrace(endpoints.traces, String(traceId))).toBeUndefined();
});

it('a batch reports each item; an item that exceeds the budget fails alone', async () => {
  const tenantId = `batch-${randomUUID()}`;
  const { api, ledger } = as(tenantId);
  const { remainingMicroUsd } = await ledger.getBudget(tenantId);
  await ledger.reserve({ tenantId, taskId: randomUUID(), amountMicroUsd: remainingMicroUsd - 70_000 });
  const { batchId, taskIds } = await api.createBatch({ prompts: ['a', 'b'], maxTokens: MANY_TOKENS });
  const ended = async () => expect((await api.getBatch(batchId)).status).toBe('done');
  await vi.waitFor(ended, eventually);
  const { items } = await api.getBatch(batchId);
  expect(items.map(({ taskId }) => taskId)).toEqual(taskIds);
  expect(items.map(({ status }) => status).toSorted()).toEqual(['done', 'failed']);
  const refused = items.find(({ status }) => status === 'failed');
  expect(refused).toMatchObject({ result: null, error: expect.stringContaining('budget') });
});

it('an unknown batch or job is not found', async () => {
  await expect(api.getBatch(randomUUID())).rejects.toMatchObject({ status: 404 });
  await expect(api.getJob(randomUUID())).rejects.toMatchObject({ status: 404 });
});
