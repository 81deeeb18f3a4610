// Dependencies fail during a task: nothing is lost, and nothing is requested or charged twice.
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

const unavailable = () => Promise.reject(Object.assign(new Error('14 UNAVAILABLE'), { code: 14 }));

it('waits for a restarting Postgres and an unavailable ledger within one attempt', async () => {
  const t = await tasks.task([
    async () => {
      await tasks.postgres.restart();
      return 'fine';
    },
  ]);
  t.faults.push(unavailable, unavailable);
  await t.handle(t.body, last);
  expect(t.modelCalls()).toBe(1);
  expect(await t.stored()).toEqual({ status: 'done', result: 'fine', error: null });
  expect(t.settled).toEqual([[t.taskId, 7]]);
}, 60_000);

it('releases its message when it stops while waiting, and the next delivery ends the task without a model call', async () => {
  const t = await tasks.task([ok]);
  const stop = new AbortController();
  t.faults.push(unavailable, () => new Promise(() => undefined));
  const waiting = t.handle(t.body, { ...last, stopping: stop.signal });
  await vi.waitFor(() => expect(t.faults).toEqual([]));
  stop.abort(new ConsumerStopped());
  await expect(waiting).rejects.toThrow(ConsumerStopped);
  expect(await t.stored()).toMatchObject({ status: 'running' });
  await t.handle(t.body, first);
  expect(t.modelCalls()).toBe(1);
  expect(await t.stored()).toMatchObject({ status: 'done', result: 'fine' });
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('stops while it stores the failure, and the next delivery is a dead letter without a model call', async () => {
  const t = await tasks.task([fail]);
  const stop = new AbortController();
  t.faults.push(unavailable, () => new Promise(() => undefined));
  const waiting = t.handle(t.body, { ...last, stopping: stop.signal });
  await vi.waitFor(() => expect(t.faults).toEqual([]));
  stop.abort(new ConsumerStopped());
  await expect(waiting).rejects.toThrow(ConsumerStopped);
  await expect(t.handle(t.body, first)).rejects.toThrow(FinalFailure);
  expect(t.modelCalls()).toBe(1);
  expect(await t.stored()).toMatchObject({ status: 'failed' });
  expect(t.settled).toEqual([[t.taskId, 0]]);
});

it('announces the end of a task once if the answer of Postgres was lost', async () => {
  const t = await tasks.task([ok]);
  let lost = 0;
  const query = async (...statement: Parameters<typeof tasks.db.query>) => {
    const answer = await tasks.db.query(...statement);
    if (!/SET status = \$3/.test(JSON.stringify(statement[0])) || lost > 0) return answer;
    lost += 1;
    throw new Error('Query read timeout');
  };
  const db = { ...tasks.db, query } as unknown as typeof tasks.db;
  await createApp({ ...t.deps, db })(t.body, first);
  expect(lost).toBe(1);
  expect(t.announced).toEqual(['running', 'done']);
  expect(t.settled).toEqual([[t.taskId, 7]]);
});

it('announces an interrupted end when the message is delivered again', async () => {
  const t = await tasks.task([ok]);
  await t.handle(t.body, first);
  await tasks.db.query('UPDATE tasks SET closed_at = NULL WHERE id = $1', [t.taskId]);
  await t.handle(t.body, delivery(2));
  await t.handle(t.body, delivery(3));
  expect(t.announced).toEqual(['running', 'done', 'done']);
});
