// The trust boundary end to end: context from untrusted callers is dropped, context from services is kept, and no context leaves the
// mesh.
import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT_KEYS } from '@trace-mesh/access/keys';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { connectLedger } from '@trace-mesh/cost-ledger/client';
import { createRestApiClient } from '@trace-mesh/rest-api/client';
import { openAgent } from '@trace-mesh/scenarios/fire';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { tokens } from '../tokens.ts';

const endpoints = inject('endpoints');
const opened = new AsyncDisposableStack();
const db = opened.adopt(new pg.Pool({ connectionString: inject('infra').databaseUrl }), (pool) => pool.end());
const ledger = opened.use(connectLedger(endpoints['cost-ledger']));
afterAll(() => opened.disposeAsync());

const tenant = () => `tenant-${randomUUID()}`;
const apiOf = (tenantId: string) => {
  const bearer = tokens.bearer({ tenantId });
  return createRestApiClient(endpoints['rest-api'], () => bearer);
};

/** Creates a task with these headers and returns the stored context of its message, which every later hop receives. */
async function storedContext(headers: Record<string, string>): Promise<Record<string, string>> {
  const taskId = randomUUID();
  const response = await fetch(new URL('/api/tasks', endpoints['rest-api']), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ taskId, prompt: 'p', tenantId: 'forged', userId: 'root' }),
  });
  expect(response.status).toBe(202);
  const sql = "SELECT trace_context FROM outbox WHERE body->>'taskId' = $1";
  const { rows } = await db.query(sql, [taskId]);
  return rows[0].trace_context;
}

const CLAIMS = {
  tracestate: 'vendor=1,mcp=cost:9.99',
  baggage: 'role=admin,mesh.synthetic=1',
  'x-mcp-tenant-id': 'forged',
  'x-mcp-user-id': 'root',
  'x-mcp-session-id': 'stolen',
  'x-mcp-cost-limit': '999',
};
const traceparent = () => `00-${randomBytes(16).toString('hex')}-b7ad6b7169203331-01`;

describe('the context of a caller', () => {
  it('from an outside caller only the trace is kept: tenant, user and limit come from the token', async () => {
    const tenantId = tenant();
    const bearer = tokens.bearer({ tenantId, costLimitMicroUsd: 2_500_000 });
    const parent = traceparent();
    const stored = await storedContext({ ...CLAIMS, traceparent: parent, authorization: bearer });
    expect(stored).toEqual({
      traceparent: expect.stringContaining(parent.slice(3, 35)),
      tracestate: 'vendor=1',
      baggage: 'mesh.synthetic=1',
      'x-mcp-tenant-id': tenantId,
      'x-mcp-user-id': 'agent',
      'x-mcp-cost-limit': '2.5',
    });
  });

  it('with a service token the whole context is kept', async () => {
    const services = createServiceTokens('edge-mcp', CHECKOUT_KEYS);
    const identity = { tenantId: 'demo', userId: 'ada', scopes: ['tasks:write'] };
    const authorization = services.authorizationFor(identity);
    const claims = { ...CLAIMS, 'x-mcp-tenant-id': 'demo' };
    const stored = await storedContext({ ...claims, traceparent: traceparent(), authorization });
    expect(stored).toEqual({
      traceparent: expect.any(String),
      ...claims,
      tracestate: 'mcp=cost:9.99,vendor=1',
    });
  });
});

describe('the cost limit of a token', () => {
  it('50 concurrent requests: the cost limit of the token admits exactly as many as it covers', async () => {
    const tenantId = tenant();
    const probe = apiOf(tenantId);
    const { taskId } = await probe.createTask({ prompt: 'p' });
    const { rows } = await db.query('SELECT reserved_micro_usd FROM tasks WHERE id = $1', [taskId]);
    const price = Number(rows[0].reserved_micro_usd);
    await vi.waitFor(async () => expect((await probe.getTask(taskId)).status).toBe('done'), 30_000);
    const own = ledger.as(tokens.bearer({ tenantId }));
    const { spentMicroUsd } = await own.getBudget(tenantId);

    const bearer = tokens.bearer({ tenantId, costLimitMicroUsd: spentMicroUsd + 10 * price });
    const limited = createRestApiClient(endpoints['rest-api'], () => bearer);
    const asked = Array.from({ length: 50 }, () =>
      limited.createTask({ prompt: 'p' }).then(
        () => 202,
        (error: { status: number }) => error.status,
      ),
    );
    const statuses = await Promise.all(asked);
    const taken = statuses.filter((status) => status === 202).length;
    expect(statuses.filter((status) => status !== 202 && status !== 402)).toEqual([]);
    // A task that ends meanwhile releases the rest of its reservation, which admits another.
    expect(taken).toBeGreaterThanOrEqual(10);

    const sums = await db.query(
      `SELECT sum(COALESCE(settled_micro_usd, reserved_micro_usd)) AS committed FROM reservations WHERE tenant_id = $1`,
      [tenantId],
    );
    expect(Number(sums.rows[0].committed)).toBeLessThanOrEqual(spentMicroUsd + 10 * price);
    const budgets = await db.query(
      `SELECT reserved_micro_usd + spent_micro_usd AS committed FROM budgets WHERE tenant_id = $1`,
      [tenantId],
    );
    expect(Number(budgets.rows[0].committed)).toBeLessThanOrEqual(spentMicroUsd + 10 * price);
  });
});

describe('leaving the mesh', () => {
  const Received = z.array(z.object({ headers: z.record(z.string(), z.unknown()) }));
  const OF_OURS = /^(traceparent|tracestate|baggage|b3|x-(mcp|b3|request|trace|agent)-.*)$/;

  beforeAll(async () => {
    await storedContext({ ...CLAIMS, traceparent: traceparent(), authorization: tokens.bearer() });
    await using agent = openAgent(endpoints);
    for (const scenario of ['bedrock-converse', 'sqs', 'sqs-batch']) await agent.fire(scenario);
  });

  it.each(['bedrock', 'sqs'] as const)('a request to %s has no context header', async (to) => {
    const response = await fetch(new URL('/_double/requests', endpoints[to]));
    // Lessons that run in parallel leak context on purpose, with a bare `fetch`.
    const isOfSdk = ({ headers }: z.infer<typeof Received>[number]) =>
      String(headers['user-agent']).startsWith('aws-sdk-js');
    const received = Received.parse(await response.json()).filter(isOfSdk);
    expect(received.length).toBeGreaterThan(0);
    const withContext = received.filter(({ headers }) =>
      Object.keys(headers).some((name) => OF_OURS.test(name)),
    );
    expect(withContext).toEqual([]);
    const authorizations = received.map(({ headers }) => String(headers.authorization ?? ''));
    expect(authorizations.filter((value) => value.startsWith('Bearer'))).toEqual([]);
    expect(authorizations.some((value) => value.startsWith('AWS4-HMAC-SHA256 '))).toBe(true);
  });
});

it('no log of any service contains a token or a part of one', async () => {
  const bearer = tokens.bearer();
  await createRestApiClient(endpoints['rest-api'], () => bearer).createTask({ prompt: 'p' });
  const files = (await readdir(inject('logDir'))).filter((file) => file.endsWith('.log'));
  const logs = await Promise.all(files.map((file) => readFile(join(inject('logDir'), file), 'utf8')));
  // Every JWT begins with `{"` in base64url.
  expect(logs.filter((log) => /eyJ[\w-]{10}/.test(log))).toEqual([]);
  expect(logs.some((log) => log.includes('task accepted'))).toBe(true);
});
