// Whatever happens to the hub and to pushes, a waiting call gets the result of its task.
import { RestApiError } from '@trace-mesh/rest-api/client';
import { createLogger } from '@trace-mesh/tracing/logger';
import type { TaskEventListener } from '@trace-mesh/ws-hub/client';
import { expect, it, vi } from 'vitest';
import { waitForTask } from './wait-for-task.ts';

const logger = createLogger({ write: () => {} });
const signal = new AbortController().signal;
const TASK_ID = '0197b1f0-7b4e-7c3a-9d53-2a1f4f0f6d11';
const TOPIC = { taskId: TASK_ID, tenantId: 'acme' };
const task = {
  taskId: TASK_ID,
  tenantId: 'acme',
  status: 'done' as const,
  result: 'blue',
  error: null,
  failure: null,
  costMicroUsd: 7,
};
const END = { status: 'done', result: 'blue', costMicroUsd: 7 };
const quiet = () => {};

/** A hub without pushes, and a rest-api that gives these responses, the last of them repeatedly. */
function fakes(...answers: (() => Promise<typeof task>)[]) {
  let listener: TaskEventListener | undefined;
  const getTask = vi.fn(async () => (answers.length > 1 ? answers.shift() : answers[0])?.() ?? task);
  const hub = {
    isOpen: () => true,
    answers: async () => {},
    listen: async (_: unknown, given: TaskEventListener) => {
      listener = given;
      return { [Symbol.asyncDispose]: async () => {} };
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const api = { getTask } as unknown as Parameters<typeof waitForTask>[0]['api'];
  return { hub, api, logger, fetchIntervalMs: 20, getTask, resumed: () => listener?.onResumed?.() };
}

it('fetches the end of a task whose push was lost', async () => {
  await using waiter = await waitForTask(
    fakes(async () => task),
    TOPIC,
    quiet,
    signal,
  );
  expect(await waiter.ended).toEqual(END);
});

it('fetches again after a failure, and while the task does not exist yet', async () => {
  const missing = () => Promise.reject(new RestApiError(404, 'not found', 'x'));
  const away = () => Promise.reject(new RestApiError(503, 'unavailable', 'x'));
  const deps = fakes(missing, away, async () => task);
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  expect(await waiter.ended).toEqual(END);
  expect(deps.getTask).toHaveBeenCalledTimes(3);
});

it('fetches the end of a task when the hub is unreachable', async () => {
  const deps = fakes(async () => task);
  deps.hub.listen = () => Promise.reject(new Error('no hub'));
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  expect(await waiter.ended).toEqual(END);
});

it('fetches immediately after a reconnect, and survives a failure of that fetch', async () => {
  const away = () => Promise.reject(new RestApiError(503, 'unavailable', 'x'));
  const deps = { ...fakes(away, async () => task), fetchIntervalMs: 60_000 };
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  deps.resumed();
  await vi.waitFor(() => expect(deps.getTask).toHaveBeenCalledTimes(1));
  deps.resumed();
  expect(await waiter.ended).toEqual(END);
});

it('stops fetching when it is disposed', async () => {
  const running = { ...task, status: 'running' as never, result: null as never };
  const deps = fakes(async () => running);
  const waiter = await waitForTask(deps, TOPIC, quiet, signal);
  await vi.waitFor(() => expect(deps.getTask.mock.calls.length).toBeGreaterThan(1));
  await waiter[Symbol.asyncDispose]();
  const calls = deps.getTask.mock.calls.length;
  await deps.api.getTask(TASK_ID);
  await new Promise(setImmediate);
  expect(deps.getTask.mock.calls.length).toBe(calls + 1);
});
