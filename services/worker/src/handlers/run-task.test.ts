// The worker's promises about a task, against a real Postgres: one final state, one charge, whatever is delivered again.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delivery, fail, first, last, ok, redriven, startTasks } from '../task.fixture.ts';

let tasks: Awaited<ReturnType<typeof startTasks>>;
beforeAll(async () => {
  tasks = await startTasks();
}, 60_000);
afterAll(() => tasks[Symbol.asyncDispose]());

it('runs a task once, however often its message comes', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await t.handle(t.body, first);
  expect(t.asked()).toBe(1);
  expect(t.settled).toEqual([[t.taskId, 7]]);
  expect(t.told).toEqual(['running', 'done']);
});

it('ends in one state when the message is worked on twice at once', async () => {
  const gate = Promise.withResolvers<string>();
  const t = await tasks.task([() => gate.promise, () => gate.promise]);
  const both = [t.handle(t.body, first), t.handle(t.body, first)];
  gate.resolve('fine');
  await Promise.all(both);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.told.filter((status) => status === 'done')).toHaveLength(1);
  expect(new Set(t.settled.map(([chargeId]) => chargeId))).toEqual(new Set([t.taskId]));
});

it('passes a failure on, so that the message is delivered again, and is not ended by it', async () => {
  const t = await tasks.task([fail, ok]);
  await expect(t.handle(t.body, first)).rejects.toThrow('a secret');
  expect(await t.stored()).toMatchObject({ status: 'running' });
  await t.handle(t.body, delivery(2));
  expect(await t.stored()).toMatchObject({ status: 'done', result: 'fine' });
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('ends a task whose last attempt fails: stored, told, its money given back, its error not spelled out', async () => {
  const t = await tasks.task([fail]);
  await expect(t.handle(t.body, last)).rejects.toThrow('a secret');
  const error = 'the task failed 3 times: something went wrong in the worker';
  expect(await t.stored()).toEqual({ status: 'failed', result: null, error });
  expect(t.told).toEqual(['running', 'failed']);
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('charges a task that a redrive runs again after it had failed under a new id', async () => {
  const t = await tasks.task([fail, fail, ok]);
  await expect(t.handle(t.body, last)).rejects.toThrow();
  await expect(t.handle(t.body, redriven('letter-1'))).rejects.toThrow();
  await t.handle(t.body, redriven('letter-1', 2));
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  const [chargeId = ''] = t.reserved[0] ?? [];
  expect(chargeId).not.toBe(t.taskId);
  expect(t.reserved).toEqual(Array(2).fill([chargeId, 100])); // reserving again changes nothing
  expect(t.settled).toEqual([
    [t.taskId, 0],
    [chargeId, 7],
  ]);
});

it('leaves a failed task as it is when a duplicate of its message comes, or of a redrive that has been worked on', async () => {
  const t = await tasks.task([fail, fail, fail, ok]);
  await expect(t.handle(t.body, last)).rejects.toThrow();
  await t.handle(t.body, first);
  expect(t.asked()).toBe(1);
  await expect(t.handle(t.body, redriven('letter-1', 3, true))).rejects.toThrow();
  await t.handle(t.body, redriven('letter-1'));
  expect(t.asked()).toBe(2);
  expect(await t.stored()).toMatchObject({ status: 'failed' });
  await expect(t.handle(t.body, redriven('letter-2'))).rejects.toThrow();
  expect(t.asked()).toBe(3);
});

it('rejects a message that is none, and one for a task that nobody stored is done', async () => {
  const t = await tasks.task([]);
  await expect(t.handle('no json', last)).rejects.toThrow();
  await expect(t.handle('{}', last)).rejects.toThrow();
  await t.handle(t.body.replace(t.taskId, randomUUID()), first);
  expect(t.asked()).toBe(0);
});

it("touches no other tenant's task, whatever a message says", async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body.replace('acme', 'globex'), first);
  expect(t.asked()).toBe(0);
  expect(await t.stored()).toMatchObject({ status: 'queued' });
});
