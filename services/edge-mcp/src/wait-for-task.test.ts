// The edge's last resort: whatever becomes of hub and pushes, whoever waits for a task hears of its end.
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

/** A hub that says nothing, and a rest-api that answers with these, the last one for ever. */
function fakes(...answers: (() => Promise<typeof task>)[]) {
  let listener: TaskEventListener | undefined;
  const getTask = vi.fn(async () => (answers.length > 1 ? answers.shift() : answers[0])?.() ?? task);
  const hub = {
    isOpen: () => true,
    answers: async () => {},
    listen: async (_: unknown, heard: TaskEventListener) => {
      listener = heard;
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

it('goes on when a fetch fails, and when the task is not there yet', async () => {
  const missing = () => Promise.reject(new RestApiError(404, 'not found', 'x'));
  const away = () => Promise.reject(new RestApiError(503, 'unavailable', 'x'));
  const deps = fakes(missing, away, async () => task);
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  expect(await waiter.ended).toEqual(END);
  expect(deps.getTask).toHaveBeenCalledTimes(3);
});

it('does without a hub that is away', async () => {
  const deps = fakes(async () => task);
  deps.hub.listen = () => Promise.reject(new Error('no hub'));
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  expect(await waiter.ended).toEqual(END);
});

it('fetches at once when the hub is back, and survives that this fails', async () => {
  const away = () => Promise.reject(new RestApiError(503, 'unavailable', 'x'));
  const deps = { ...fakes(away, async () => task), fetchIntervalMs: 60_000 };
  await using waiter = await waitForTask(deps, TOPIC, quiet, signal);
  deps.resumed();
  await vi.waitFor(() => expect(deps.getTask).toHaveBeenCalledTimes(1));
  deps.resumed();
  expect(await waiter.ended).toEqual(END);
});

it('stops fetching when nobody waits any more', async () => {
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
