// The worker's promises about a task, against a real Postgres: one final state, one charge, whatever is delivered again.
import { randomUUID } from 'node:crypto';
import type { LedgerClient } from '@trace-mesh/cost-ledger/client';
import { type Mesh, startMesh } from '@trace-mesh/embedded/mesh';
import { createLogger } from '@trace-mesh/tracing/logger';
import { openDatabase } from '@trace-mesh/tracing/postgres';
import type { RedisConnection } from '@trace-mesh/tracing/redis';
import { ConsumerStopped } from '@trace-mesh/tracing/sqs-hand-back';
import { FinalFailure } from '@trace-mesh/tracing/sqs-receive';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';

const logger = createLogger({ write: () => {} });
const opened = new AsyncDisposableStack();
afterAll(() => opened.disposeAsync());

async function open() {
  mesh = opened.use(await startMesh({ only: ['migrations'] }));
  const env = { ...mesh.processes.get('migrations')?.spec.env };
  return opened.use(openDatabase(env.DATABASE_URL ?? '', logger));
}
let mesh: Mesh;
let db: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  db = await open();
}, 60_000);

const signal = new AbortController().signal;
const delivery = (attempt: number, isLast = false) => ({
  attempt,
  isLast,
  message: {},
  stopping: signal,
  signal,
});
const first = delivery(1);
const last = delivery(3, true);

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
  /** What happens to the ledger's next settlements. */
  const faults: (() => Promise<void>)[] = [];
  const ledger = {
    reserve: async (r: { taskId: string; amountMicroUsd: number }) =>
      reserved.push([r.taskId, r.amountMicroUsd]),
    async settle(r: { taskId: string; costMicroUsd: number }) {
      await faults.shift()?.();
      settled.push([r.taskId, r.costMicroUsd]);
    },
  } as unknown as LedgerClient;
  const redis = {
    xadd: async () => '1-1',
    expire: async () => 1,
    publish: async (_: string, text: string) => told.push(JSON.parse(text).data.status),
  } as unknown as RedisConnection;
  const model = {
    ask: async () => ({ text: await (answers[asked++] ?? ok)(), costMicroUsd: 7 }),
  };
  const handle = createApp({ db, redis, ledger, model, logger });
  const body = JSON.stringify({ taskId, tenantId: 'acme', prompt: 'p', maxTokens: 10 });
  const stored = async () => {
    const query = 'SELECT status, result, error FROM tasks WHERE id = $1';
    const { rows } = await db.query(query, [taskId]);
    return rows[0];
  };
  return { taskId, handle, body, stored, settled, reserved, told, faults, asked: () => asked };
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
  await t.handle(t.body, delivery(2));
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
  await t.handle(t.body, delivery(2));
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

const outOfReach = () => Promise.reject(Object.assign(new Error('14 UNAVAILABLE'), { code: 14 }));

it('waits for a Postgres that restarts, and for a ledger that is away, in the same attempt', async () => {
  const t = await task([
    async () => {
      await mesh.processes.get('postgres')?.restart();
      return 'fine';
    },
  ]);
  t.faults.push(outOfReach, outOfReach);
  await t.handle(t.body, last);
  expect(t.asked()).toBe(1);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.settled).toEqual([[t.taskId, 7]]);
}, 60_000);

it('hands its message back when it has to stop while it waits, and goes on from there without the model', async () => {
  const t = await task([ok]);
  const stop = new AbortController();
  t.faults.push(outOfReach, () => new Promise(() => undefined));
  const waiting = t.handle(t.body, { ...last, stopping: stop.signal });
  await vi.waitFor(() => expect(t.faults).toEqual([]));
  stop.abort(new ConsumerStopped());
  await expect(waiting).rejects.toThrow(ConsumerStopped);
  expect(await t.stored()).toMatchObject({ status: 'running' });
  await t.handle(t.body, first);
  expect(t.asked()).toBe(1);
  expect(await t.stored()).toMatchObject({ status: 'done', result: 'fine' });
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('stops in the middle of giving up too, and is then a dead letter without another attempt', async () => {
  const t = await task([fail]);
  const stop = new AbortController();
  t.faults.push(outOfReach, () => new Promise(() => undefined));
  const waiting = t.handle(t.body, { ...last, stopping: stop.signal });
  await vi.waitFor(() => expect(t.faults).toEqual([]));
  stop.abort(new ConsumerStopped());
  await expect(waiting).rejects.toThrow(ConsumerStopped);
  await expect(t.handle(t.body, first)).rejects.toThrow(FinalFailure);
  expect(t.asked()).toBe(1);
  expect(await t.stored()).toMatchObject({ status: 'failed' });
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('tells of an end whose worker died before it could, when the message comes again', async () => {
  const t = await task([ok]);
  await t.handle(t.body, first);
  await db.query('UPDATE tasks SET closed_at = NULL WHERE id = $1', [t.taskId]);
  await t.handle(t.body, delivery(2));
  await t.handle(t.body, delivery(3));
  expect(t.told).toEqual(['running', 'done', 'done']);
});
