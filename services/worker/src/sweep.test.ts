import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sweepTasks } from './sweep.ts';
import { first, last, ok, startTasks } from './task.fixture.ts';
import { toRun, touchTask } from './tasks.ts';

let tasks: Awaited<ReturnType<typeof startTasks>>;
beforeAll(async () => {
  tasks = await startTasks();
}, 60_000);
afterAll(() => tasks[Symbol.asyncDispose]());

const HOUR_S = 3_600;
const forget = (taskId: string, updatedAgo = HOUR_S + 1) =>
  tasks.db.query("UPDATE tasks SET updated_at = now() - $2 * interval '1 second' WHERE id = $1", [
    taskId,
    updatedAgo,
  ]);

it('fails a task whose worker died once, with concurrent sweeps: stored, announced, its reservation released', async () => {
  const t = await tasks.task([() => new Promise(() => undefined)]);
  void t.handle(t.body, last);
  await vi.waitFor(() => expect(t.modelCalls()).toBe(1));
  await forget(t.taskId, HOUR_S - 60);
  expect(await sweepTasks(t.deps, HOUR_S)).toBe(0);
  await forget(t.taskId);
  const swept = await Promise.all([1, 2, 3].map(() => sweepTasks(t.deps, HOUR_S)));
  expect(swept.toSorted()).toEqual([0, 0, 1]);
  const error = 'the task was abandoned: no worker has updated it for 60 minutes';
  expect(await t.stored()).toEqual({ status: 'failed', result: null, error });
  expect(t.announced).toEqual(['running', 'failed']);
  expect(t.settled).toEqual([[t.taskId, 0]]);
  await t.handle(t.body, first);
  expect(t.modelCalls()).toBe(1);
});

it('a worker that resumes after its task was swept changes nothing', async () => {
  const gate = Promise.withResolvers<string>();
  const t = await tasks.task([() => gate.promise]);
  const frozen = t.handle(t.body, first);
  await vi.waitFor(() => expect(t.modelCalls()).toBe(1));
  await forget(t.taskId);
  expect(await sweepTasks(t.deps, HOUR_S)).toBe(1);
  gate.resolve('fine');
  await frozen;
  expect(await t.stored()).toMatchObject({ status: 'failed', result: null });
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('announces an interrupted end without a redelivery', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await forget(t.taskId);
  expect(await sweepTasks(t.deps, HOUR_S)).toBe(0);
  await tasks.db.query('UPDATE tasks SET closed_at = NULL WHERE id = $1', [t.taskId]);
  expect(await sweepTasks(t.deps, HOUR_S)).toBe(1);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.announced).toEqual(['running', 'done', 'done']);
});

it('does not sweep a task that was updated recently', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await tasks.db.query("UPDATE tasks SET status = 'running', closed_at = NULL WHERE id = $1", [t.taskId]);
  await forget(t.taskId);
  const { rows } = await tasks.db.query('SELECT * FROM tasks WHERE id = $1', [t.taskId]);
  await touchTask(tasks.db, toRun(rows[0]));
  expect(await sweepTasks(t.deps, HOUR_S)).toBe(0);
});
