// Every `npm run trace` command on traces of the running mesh; `watch` is in trace-store.test.ts.
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { findQueue, openSqs } from '@trace-mesh/runtime/sqs-client';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { openAgent } from '@trace-mesh/scenarios/fire';
import { AGENT_TENANT } from '@trace-mesh/scenarios/tokens';
import { waitForTrace } from '@trace-mesh/trace-doctor/wait';
import { execa } from 'execa';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { tokens } from '../tokens.ts';
import { AWS_ENV } from '../transports/aws.ts';

const COMMAND = fileURLToPath(new URL('../../tools/cli/src/trace/main.ts', import.meta.url));
const endpoints = inject('endpoints');
const agent = openAgent(endpoints);
afterAll(() => agent[Symbol.asyncDispose]());
const eventually = { timeout: 20_000, interval: 200 };

const start = (...args: string[]) =>
  execa(process.execPath, [COMMAND, ...args, '--traces', endpoints.traces], { reject: false });

/** The exit code and the object of --json. */
async function json(...args: string[]) {
  const { stdout, stderr, exitCode } = await start(...args, '--json');
  expect(stderr).toBe('');
  return { exitCode, data: JSON.parse(stdout) };
}

/** Fires a scenario and waits for its whole trace. */
async function fired(name: string) {
  const edges = scenarios.find((scenario) => scenario.name === name)?.edges ?? [];
  const { traceId, relatedTraceIds, result } = await agent.fire(name);
  const verdict = await waitForTrace(endpoints.traces, traceId, edges, {
    timeoutMs: 10_000,
    relatedTraceIds,
  });
  expect(verdict.ok).toBe(true);
  return { traceId, result };
}

const hex = (digits: number) => randomUUID().replaceAll('-', '').slice(0, digits);

/** Sends a message with ten attributes, so without context, and exports the span that `sendMessage` would write for it. */
async function sendWithTenAttributes(): Promise<string> {
  const taskId = await finishedTask();
  Object.assign(process.env, AWS_ENV);
  using sqs = openSqs(endpoints.sqs);
  const { url: QueueUrl } = await findQueue(sqs, 'tasks');
  const taken = Array.from({ length: 10 }, (_, n) => [`user-${n}`, { DataType: 'String', StringValue: 'x' }]);
  const body = { taskId, tenantId: AGENT_TENANT, prompt: 'p', maxTokens: 1 };
  const MessageAttributes = Object.fromEntries(taken);
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body), MessageAttributes });
  const { MessageId = '' } = await sqs.send(command);
  const traceId = hex(32);
  await exportSpan({
    traceId,
    spanId: hex(16),
    name: 'send tasks',
    kind: 4,
    startTimeUnixNano: String(nowNs),
    endTimeUnixNano: String(nowNs + 1_000_000n),
    attributes: [
      ...Object.entries({
        'messaging.system.name': 'aws.sqs',
        'messaging.destination.name': 'tasks',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.message.id': MessageId,
        'mesh.messaging.context_place': 'none',
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'mesh.messaging.user_attributes', value: { intValue: 10 } },
    ],
  });
  return traceId;
}

/** A message of a finished task causes no further work. */
async function finishedTask(): Promise<string> {
  const api = createRestApiClient(endpoints['rest-api'], () => tokens.bearer({ tenantId: AGENT_TENANT }));
  const { taskId } = await api.createTask({ prompt: 'p' });
  await vi.waitFor(async () => expect((await api.getTask(taskId)).status).toBe('done'), eventually);
  return taskId;
}

async function exportSpan(span: Record<string, unknown>): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'rest-api' } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoints.otlp}/v1/traces`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

describe('check', () => {
  it.each(['create-task', 'sqs-ten-attributes', 'async-job'])(
    'trace check reports scenario %s as healthy',
    async (name) => {
      const { traceId } = await agent.fire(name);
      const { exitCode, data } = await json('check', traceId);
      expect(data).toMatchObject({ ok: true, scenario: name, problems: [], diagnoses: [], skews: [] });
      expect(data.hops.every((hop: { ok: boolean }) => hop.ok)).toBe(true);
      expect(exitCode).toBe(0);
    },
  );

  it('trace check explains a message that had no room for the context', async () => {
    const traceId = await sendWithTenAttributes();
    await vi.waitFor(async () => {
      const { stdout, exitCode } = await start('check', traceId);
      expect(stdout).toContain(
        'no-room-for-context: the message reached worker without traceparent: rest-api sent 10 user attributes',
      );
      expect(exitCode).toBe(1);
    }, eventually);
  });

  it('trace check reports an unknown trace with exit code 2', async () => {
    const { exitCode, data } = await json('check', 'a'.repeat(32));
    expect([exitCode, data.ok]).toEqual([2, false]);
    expect(data.error).toMatch(/^no such trace: a+ /);
  });
});

describe('on the story', () => {
  it('create-task: trace show draws it, slow has the path into the worker, and cost has its model call', async () => {
    const { traceId, result } = await fired('create-task');
    const { stdout } = await start('show', traceId);
    expect(stdout).toMatch(/└─ process tasks .* worker .* ✓ sqs/);
    expect(stdout).toMatch(/create tasks .* ↙ send tasks \(rest-api\) in trace [0-9a-f]{32}/);
    const { data: slow } = await json('slow', traceId);
    const path = slow.criticalPath.map(({ name }: { name: string }) => name);
    expect(path).toEqual(
      expect.arrayContaining(['tools/call create_task', 'POST /api/tasks', 'process tasks']),
    );
    const sum = slow.criticalPath.reduce(
      (total: number, step: { selfUs: number; waitUs: number }) => total + step.selfUs + step.waitUs,
      0,
    );
    expect(sum / 1_000).toBeCloseTo(slow.durationMs, 3);
    const { data: cost } = await json('cost', traceId);
    expect(cost.tenants).toMatchObject([{ key: AGENT_TENANT, calls: 1 }]);
    expect(cost.total.microUsd).toBe(Math.round(Number(result.costUsd) * 1_000_000));
  });
});

it('trace errors names the origin of a refusal and the services that saw it', async () => {
  const { traceId } = await fired('error-http');
  const { exitCode, data } = await json('errors', traceId);
  expect(exitCode).toBe(1);
  expect(data.errors).toMatchObject([{ code: 'over_budget', origin: { service: 'cost-ledger', traceId } }]);
  const seenBy = data.errors[0].seenBy.map(({ service }: { service: string }) => service);
  expect(new Set(seenBy)).toEqual(new Set(['cost-ledger', 'rest-api', 'agent']));
});

it('trace cost --linked includes the trace of a job', async () => {
  const { traceId } = await fired('async-job');
  expect((await json('cost', traceId)).data.total.calls).toBe(0);
  expect((await json('cost', traceId, '--linked')).data.total.calls).toBe(1);
});

it('trace diff lists the operations that a call without a queue lacks', async () => {
  const [queued, direct] = await Promise.all([fired('outbox'), fired('http')]);
  const { exitCode, data } = await json('diff', queued.traceId, direct.traceId);
  expect(exitCode).toBe(1);
  const missing = data.missing.map(({ name }: { name: string }) => name);
  expect(missing).toEqual(expect.arrayContaining(['create tasks', 'process tasks']));
});
