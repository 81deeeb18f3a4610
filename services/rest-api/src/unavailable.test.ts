// While a dependency is down, callers get 503 in time; afterwards rest-api works again. With a real Postgres and ledger.
import { randomUUID } from 'node:crypto';
import { RETRY_AFTER_S } from '@trace-mesh/access/problem';
import { openTestAccess } from '@trace-mesh/access/testing';
import { connectLedger, type LedgerConnection } from '@trace-mesh/cost-ledger/client';
import { startLedger } from '@trace-mesh/cost-ledger/testing';
import { startPostgres } from '@trace-mesh/postgres/testing';
import { listen } from '@trace-mesh/runtime/listen';
import { type Database, openDatabase } from '@trace-mesh/runtime/postgres';
import { openProxy } from '@trace-mesh/runtime/proxy-fixture';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from './app.ts';
import { createRestApiClient, type RestApiClient } from './client.ts';

const logger = createLogger({ write: () => {} });
const access = openTestAccess();
const opened = new AsyncDisposableStack();
opened.defer(() => access[Symbol.dispose]());
afterAll(() => opened.disposeAsync());
const QUERY_TIMEOUT_MS = 500;

type Proxy = Awaited<ReturnType<typeof openProxy>>;

let url: string;
let api: RestApiClient;
let postgres: Proxy;
let ledger: Proxy;
let budgets: LedgerConnection;
let db: Database;
const tokens = access.services('rest-api');
beforeAll(async () => {
  const { url: DATABASE_URL, socketPath } = opened.use(await startPostgres());
  const { KEYS_DIR } = access.config;
  const { port: ledgerPort } = opened.use(await startLedger({ DATABASE_URL, KEYS_DIR }));
  postgres = opened.use(await openProxy({ path: socketPath }));
  ledger = opened.use(await openProxy({ port: ledgerPort }));
  const proxied = Object.assign(new URL(DATABASE_URL), { host: `127.0.0.1:${postgres.port}`, search: '' });
  db = opened.use(openDatabase(proxied.href, logger, QUERY_TIMEOUT_MS));
  budgets = opened.use(connectLedger(`127.0.0.1:${ledger.port}`));
  const app = createApp({
    ...access.gate,
    db,
    ledger: budgets,
    tokens,
    relay: { wake: () => {} },
    queue: { name: 'tasks', url: '' },
    logger,
  });
  const { port } = opened.use(await listen(app, { host: '127.0.0.1', port: 0 }));
  url = `http://127.0.0.1:${port}`;
  api = createRestApiClient(url, () => access.bearer());
}, 60_000);

const unavailable = { status: 503, title: 'unavailable' };
const eventually = { timeout: 20_000, interval: 100 };
const create = () => api.createTask({ prompt: 'p' });

it('answers 503 in time while Postgres hangs, and afterwards every connection of the pool works', async () => {
  const { taskId } = await create();
  postgres.hang();
  const began = performance.now();
  const calls = Array.from({ length: 20 }, () => api.getTask(taskId));
  const outcomes = await Promise.allSettled(calls);
  postgres.resume();
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: unavailable });
  // Most requests wait for a connection first, at most 5 s; the others for their query.
  expect(performance.now() - began).toBeLessThan(6_000 + 2 * QUERY_TIMEOUT_MS);
  expect(await Promise.all(Array.from({ length: 20 }, () => api.getTask(taskId)))).toHaveLength(20);
}, 60_000);

it('statements that share a connection succeed and fail alone', async () => {
  const run = (count: number, text: string) =>
    Array.from({ length: count }, () => db.query(text).then(({ rows }) => Object.values(rows[0])[0]));
  // More than the connections, so that each has several; the server cancels these.
  const cancelled = run(8, 'SELECT pg_sleep(60)').map((sleep) => sleep.catch(({ code }) => code));
  const failed = run(8, "SELECT 'x'::int").map((fails) => fails.catch(({ code }) => code));
  const backends = run(16, 'SELECT pg_backend_pid()');
  expect(await Promise.all(failed)).toEqual(Array(8).fill('22P02'));
  expect(new Set(await Promise.all(backends)).size).toBeLessThanOrEqual(4);
  expect(await Promise.all(cancelled)).toEqual(Array(8).fill('57014'));
}, 60_000);

it('answers 503 while Postgres is down', async () => {
  const { taskId } = await create();
  await postgres.close();
  await expect(api.getTask(taskId)).rejects.toMatchObject(unavailable);
  const { headers } = await fetch(`${url}/api/tasks/${taskId}`, {
    headers: { authorization: access.bearer() },
  });
  expect(headers.get('retry-after')).toBe(String(RETRY_AFTER_S));
  await postgres.reopen();
  expect(await api.getTask(taskId)).toMatchObject({ taskId });
}, 60_000);

it('answers 503 while the ledger is down, and accepts tasks soon after it is back', async () => {
  await ledger.close();
  await expect(create()).rejects.toMatchObject(unavailable);
  await ledger.reopen();
  await vi.waitFor(create, eventually);
}, 60_000);

it('answers 503 while the ledger hangs', async () => {
  ledger.hang();
  await expect(create()).rejects.toMatchObject(unavailable);
  ledger.resume();
  await vi.waitFor(create, eventually);
}, 60_000);

it('releases the reservation of a task that cannot be stored', async () => {
  const tenantId = `refused-${randomUUID()}`;
  const mine = createRestApiClient(url, () => access.bearer({ tenantId }));
  await mine.createTask({ prompt: 'p' });
  const own = budgets.as(tokens.authorizationFor({ tenantId, userId: 'ada', scopes: ['budget:read'] }));
  const { remainingMicroUsd } = await own.getBudget(tenantId);
  await db.query("ALTER TABLE tasks ADD CONSTRAINT picky CHECK (prompt <> 'refused')");
  await expect(mine.createTask({ prompt: 'refused' })).rejects.toMatchObject({ status: 500 });
  expect((await own.getBudget(tenantId)).remainingMicroUsd).toBe(remainingMicroUsd);
});
