// The worker's promises about a task, against a real Postgres: one final state, one charge, whatever is delivered again.
import { randomUUID } from 'node:crypto';
import type { LedgerClient } from '@trace-mesh/cost-ledger/client';
import { startMesh } from '@trace-mesh/embedded/mesh';
import { createLogger } from '@trace-mesh/tracing/logger';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import type { RedisConnection } from '@trace-mesh/tracing/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../app.ts';

const logger = createLogger({ write: () => {} });
const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

async function open() {
  const mesh = opened.use(await startMesh({ only: ['migrations'] }));
  const env = { ...mesh.processes.get('migrations')?.spec.env };
  return opened.use(openDatabase(env.DATABASE_URL ?? '', logger));
}
let db: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  db = await open();
}, 60_000);

const first = { attempt: 1, isLast: false };
const last = { attempt: 3, isLast: true };

/** A stored task, and a worker whose neighbours note what they are asked. */
async function task(answers: (() => Promise<string>)[]) {
  const taskId = randomUUID();
  await db.query(
    "INSERT INTO tasks (id, tenant_id, prompt, reserved_micro_usd) VALUES ($1, 'acme', 'p', 100)",
    [taskId],
  );
  const settled: [string, number][] = [];
  const reserved: [string, number][] = [];
  const told: string[] = [];
  let asked = 0;
  const ledger = {
    reserve: async (r: { taskId: string; amountMicroUsd: number }) =>
      reserved.push([r.taskId, r.amountMicroUsd]),
    settle: async (r: { taskId: string; costMicroUsd: number }) => settled.push([r.taskId, r.costMicroUsd]),
  } as unknown as LedgerClient;
  const ledgers = { as: () => ledger, [Symbol.dispose]: () => undefined };
  const tokens = { tokenFor: () => '', authorizationFor: () => '' };
  const redis = {
    xadd: async () => '1-1',
    expire: async () => 1,
    publish: async (_: string, text: string) => told.push(JSON.parse(text).data.status),
  } as unknown as RedisConnection;
  const model = {
    ask: async () => ({ text: await (answers[asked++] ?? ok)(), costMicroUsd: 7 }),
  };
  const handle = createApp({ db, redis, ledger: ledgers, tokens, model, logger });
  const body = JSON.stringify({ taskId, tenantId: 'acme', prompt: 'p', maxTokens: 10 });
  const stored = async () => {
    const { rows } = await db.query('SELECT status, result, error FROM tasks WHERE id = $1', [taskId]);
    return rows[0];
  };
  return { taskId, handle, body, stored, settled, reserved, told, asked: () => asked };
}
const ok = async () => 'fine';
const fail = () => Promise.reject(new RangeError('a secret'));

it('runs a task once, however often its message comes', async () => {
  const t = await task([ok]);
  await t.handle(t.body, first);
  await t.handle(t.body, first);
  expect(t.asked()).toBe(1);
  expect(t.settled).toEqual([[t.taskId, 7]]);
  expect(t.told).toEqual(['running', 'done']);
});

it('ends in one state when the message is worked on twice at once', async () => {
  const gate = Promise.withResolvers<string>();
  const t = await task([() => gate.promise, () => gate.promise]);
  const both = [t.handle(t.body, first), t.handle(t.body, first)];
  gate.resolve('fine');
  await Promise.all(both);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.told.filter((status) => status === 'done')).toHaveLength(1);
  expect(new Set(t.settled.map(([chargeId]) => chargeId))).toEqual(new Set([t.taskId]));
});

it('passes a failure on, so that the message is delivered again, and is not ended by it', async () => {
  const t = await task([fail, ok]);
  await expect(t.handle(t.body, first)).rejects.toThrow('a secret');
  expect(await t.stored()).toMatchObject({ status: 'running' });
  await t.handle(t.body, { attempt: 2, isLast: false });
  expect(await t.stored()).toMatchObject({ status: 'done', result: 'fine' });
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('ends a task whose last attempt fails: stored, told, its money given back, its error not spelled out', async () => {
  const t = await task([fail]);
  await expect(t.handle(t.body, last)).rejects.toThrow('a secret');
  const error = 'the task failed 3 times: something went wrong in the worker';
  expect(await t.stored()).toEqual({ status: 'failed', result: null, error });
  expect(t.told).toEqual(['running', 'failed']);
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('charges a task that is run again after it had failed under a new id', async () => {
  const t = await task([fail, fail, ok]);
  await t.handle(t.body, last).catch(() => undefined);
  await t.handle(t.body, first).catch(() => undefined);
  await t.handle(t.body, { attempt: 2, isLast: false });
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  const [chargeId = ''] = t.reserved[0] ?? [];
  expect(chargeId).not.toBe(t.taskId);
  expect(t.reserved).toEqual(Array(2).fill([chargeId, 100])); // reserving again changes nothing
  expect(t.settled).toEqual([
    [t.taskId, 0],
    [chargeId, 7],
  ]);
});

it('rejects a message that is none, and one for a task that nobody stored is done', async () => {
  const t = await task([]);
  await expect(t.handle('no json', last)).rejects.toThrow();
  await expect(t.handle('{}', last)).rejects.toThrow();
  await t.handle(t.body.replace(t.taskId, randomUUID()), first);
  expect(t.asked()).toBe(0);
});

it("touches no other tenant's task, whatever a message says", async () => {
  const t = await task([ok]);
  await t.handle(t.body.replace('acme', 'globex'), first);
  expect(t.asked()).toBe(0);
  expect(await t.stored()).toMatchObject({ status: 'queued' });
});
