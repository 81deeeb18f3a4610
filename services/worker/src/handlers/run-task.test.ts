// With a real Postgres: a task has one final state and one charge, also after redeliveries.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delivery, fail, first, last, ok, redriven, startTasks } from '../task.fixture.ts';

let tasks: Awaited<ReturnType<typeof startTasks>>;
beforeAll(async () => {
  tasks = await startTasks();
}, 60_000);
afterAll(() => tasks[Symbol.asyncDispose]());

it('runs a task once if its message is delivered twice', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await t.handle(t.body, first);
  expect(t.modelCalls()).toBe(1);
  expect(t.settled).toEqual([[t.taskId, 7]]);
  expect(t.announced).toEqual(['running', 'done']);
});

it('ends a task once if its message is processed twice concurrently', async () => {
  const gate = Promise.withResolvers<string>();
  const t = await tasks.task([() => gate.promise, () => gate.promise]);
  const both = [t.handle(t.body, first), t.handle(t.body, first)];
  gate.resolve('fine');
  await Promise.all(both);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.announced.filter((status) => status === 'done')).toHaveLength(1);
  expect(new Set(t.settled.map(([chargeId]) => chargeId))).toEqual(new Set([t.taskId]));
});

it('rejects when the model fails, and leaves the task running for the redelivery', async () => {
  const t = await tasks.task([fail, ok]);
  await expect(t.handle(t.body, first)).rejects.toThrow('a secret');
  expect(await t.stored()).toMatchObject({ status: 'running' });
  await t.handle(t.body, delivery(2));
  expect(await t.stored()).toMatchObject({ status: 'done', result: 'fine' });
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('ends a task whose last attempt fails: stored, announced, its reservation released, its error not quoted', async () => {
  const t = await tasks.task([fail]);
  await expect(t.handle(t.body, last)).rejects.toThrow('a secret');
  const error = 'the task failed 3 times: something went wrong in the worker';
  expect(await t.stored()).toEqual({ status: 'failed', result: null, error });
  expect(t.announced).toEqual(['running', 'failed']);
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('charges a redriven task under a new id', async () => {
  const t = await tasks.task([fail, fail, ok]);
  await expect(t.handle(t.body, last)).rejects.toThrow();
  await expect(t.handle(t.body, redriven('letter-1'))).rejects.toThrow();
  await t.handle(t.body, redriven('letter-1', 2));
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  const [chargeId = ''] = t.reserved[0] ?? [];
  expect(chargeId).not.toBe(t.taskId);
  expect(t.reserved).toEqual(Array(2).fill([chargeId, 100]));
  expect(t.settled).toEqual([
    [t.taskId, 0],
    [chargeId, 7],
  ]);
});

it('does not run a failed task again for a duplicate of its message or of a processed redrive', async () => {
  const t = await tasks.task([fail, fail, fail, ok]);
  await expect(t.handle(t.body, last)).rejects.toThrow();
  await t.handle(t.body, first);
  expect(t.modelCalls()).toBe(1);
  await expect(t.handle(t.body, redriven('letter-1', 3, true))).rejects.toThrow();
  await t.handle(t.body, redriven('letter-1'));
  expect(t.modelCalls()).toBe(2);
  expect(await t.stored()).toMatchObject({ status: 'failed' });
  await expect(t.handle(t.body, redriven('letter-2'))).rejects.toThrow();
  expect(t.modelCalls()).toBe(3);
});

it('rejects a malformed message, and accepts one for an unknown task without a model call', async () => {
  const t = await tasks.task([]);
  await expect(t.handle('no json', last)).rejects.toThrow();
  await expect(t.handle('{}', last)).rejects.toThrow();
  await t.handle(t.body.replace(t.taskId, randomUUID()), first);
  expect(t.modelCalls()).toBe(0);
});

it('does not run a task for a message that names another tenant', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body.replace('acme', 'globex'), first);
  expect(t.modelCalls()).toBe(0);
  expect(await t.stored()).toMatchObject({ status: 'queued' });
});
