// While a dependency is down, callers get 503 in time; afterwards rest-api works again. With a real Postgres and ledger.
import { randomUUID } from 'node:crypto';
import { createServiceTokens } from '@trace-mesh/access/service-tokens';
import { openTestAccess } from '@trace-mesh/access/testing';
import { connectLedger, type LedgerConnection } from '@trace-mesh/cost-ledger/client';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { listen } from '@trace-mesh/runtime/listen';
import { type Database, openDatabase } from '@trace-mesh/runtime/postgres';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from './app.ts';
import { createRestApiClient, type RestApiClient } from './client.ts';
import { RETRY_AFTER_S } from './problem.ts';

const logger = createLogger({ write: () => {} });
const access = openTestAccess();
const opened = new AsyncDisposableStack();
opened.defer(() => access[Symbol.dispose]());
afterAll(() => opened.disposeAsync());
const QUERY_TIMEOUT_MS = 500;

let mesh: Mesh;
let url: string;
let api: RestApiClient;
let ledger: LedgerConnection;
let db: Database;
const tokens = () =>
  createServiceTokens('rest-api', mesh.processes.get('cost-ledger')?.spec.env.KEYS_DIR ?? '');
beforeAll(async () => {
  mesh = opened.use(await startMesh({ only: ['cost-ledger'] }));
  const env = { ...mesh.processes.get('migrations')?.spec.env };
  db = opened.use(openDatabase(env.DATABASE_URL ?? '', logger, QUERY_TIMEOUT_MS));
  ledger = opened.use(connectLedger(mesh.endpoints['cost-ledger']));
  const queue = { name: 'tasks', url: '' };
  const app = createApp({
    ...access.gate,
    db,
    ledger,
    tokens: tokens(),
    relay: { wake: () => {} },
    queue,
    logger,
  });
  const { port } = opened.use(await listen(app, { host: '127.0.0.1', port: 0 }));
  url = `http://127.0.0.1:${port}`;
  api = createRestApiClient(url, () => access.bearer());
}, 60_000);

const part = (name: string) => {
  const found = mesh.processes.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};
const unavailable = { status: 503, title: 'unavailable' };
const eventually = { timeout: 20_000, interval: 100 };
const create = () => api.createTask({ prompt: 'p' });

it('answers 503 in time while Postgres hangs, and afterwards every connection of the pool works', async () => {
  const { taskId } = await create();
  await part('postgres').pause();
  const began = performance.now();
  const calls = Array.from({ length: 20 }, () => api.getTask(taskId));
  const outcomes = await Promise.allSettled(calls);
  await part('postgres').resume();
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: unavailable });
  // Half of the requests wait for a connection of the pool first; then for their query.
  expect(performance.now() - began).toBeLessThan(6_000 + 2 * QUERY_TIMEOUT_MS);
  expect(await Promise.all(Array.from({ length: 20 }, () => api.getTask(taskId)))).toHaveLength(20);
}, 60_000);

it('answers 503 while Postgres restarts', async () => {
  const { taskId } = await create();
  await part('postgres').kill();
  await expect(api.getTask(taskId)).rejects.toMatchObject(unavailable);
  const { headers } = await fetch(`${url}/api/tasks/${taskId}`, {
    headers: { authorization: access.bearer() },
  });
  expect(headers.get('retry-after')).toBe(String(RETRY_AFTER_S));
  await part('postgres').start();
  expect(await api.getTask(taskId)).toMatchObject({ taskId });
}, 60_000);

it('answers 503 while the ledger is down, and accepts tasks soon after its restart', async () => {
  await part('cost-ledger').kill();
  await expect(create()).rejects.toMatchObject(unavailable);
  await part('cost-ledger').start();
  await vi.waitFor(create, eventually);
}, 60_000);

it('answers 503 while the ledger hangs', async () => {
  await part('cost-ledger').pause();
  await expect(create()).rejects.toMatchObject(unavailable);
  await part('cost-ledger').resume();
  await vi.waitFor(create, eventually);
}, 60_000);

it('releases the reservation of a task that cannot be stored', async () => {
  const tenantId = `refused-${randomUUID()}`;
  const mine = createRestApiClient(url, () => access.bearer({ tenantId }));
  await mine.createTask({ prompt: 'p' });
  const own = ledger.as(tokens().authorizationFor({ tenantId, userId: 'ada', scopes: ['budget:read'] }));
  const { remainingMicroUsd } = await own.getBudget(tenantId);
  await db.query("ALTER TABLE tasks ADD CONSTRAINT picky CHECK (prompt <> 'refused')");
  await expect(mine.createTask({ prompt: 'refused' })).rejects.toMatchObject({ status: 500 });
  expect((await own.getBudget(tenantId)).remainingMicroUsd).toBe(remainingMicroUsd);
});
