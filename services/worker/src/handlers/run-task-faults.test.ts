// What a task stands on goes away in the middle of it: nothing is lost, asked or charged twice.

import { FinalFailure } from '@trace-mesh/runtime/sqs-process';
import { ConsumerStopped } from '@trace-mesh/runtime/sqs-release';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from '../app.ts';
import { delivery, fail, first, last, ok, startTasks } from '../task.fixture.ts';

let tasks: Awaited<ReturnType<typeof startTasks>>;
beforeAll(async () => {
  tasks = await startTasks();
}, 60_000);
afterAll(() => tasks[Symbol.asyncDispose]());

const outOfReach = () => Promise.reject(Object.assign(new Error('14 UNAVAILABLE'), { code: 14 }));

it('waits for a Postgres that restarts, and for a ledger that is away, in the same attempt', async () => {
  const t = await tasks.task([
    async () => {
      await tasks.mesh.processes.get('postgres')?.restart();
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
  const t = await tasks.task([ok]);
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
  const t = await tasks.task([fail]);
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

it('tells the end of a task once, where Postgres stored it and the answer was lost', async () => {
  const t = await tasks.task([ok]);
  let lost = 0;
  const query = async (...statement: Parameters<typeof tasks.db.query>) => {
    const answer = await tasks.db.query(...statement);
    if (!/SET status = \$3/.test(String(statement[0])) || lost > 0) return answer;
    lost += 1;
    throw new Error('Query read timeout');
  };
  const db = { ...tasks.db, query } as unknown as typeof tasks.db;
  await createApp({ ...t.deps, db })(t.body, first);
  expect(lost).toBe(1);
  expect(t.told).toEqual(['running', 'done']);
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('tells of an end whose worker died before it could, when the message comes again', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await tasks.db.query('UPDATE tasks SET closed_at = NULL WHERE id = $1', [t.taskId]);
  await t.handle(t.body, delivery(2));
  await t.handle(t.body, delivery(3));
  expect(t.told).toEqual(['running', 'done', 'done']);
});
