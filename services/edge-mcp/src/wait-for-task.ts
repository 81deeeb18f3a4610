// Waits for the end of a task: pushed by the hub, and fetched from rest-api after each reconnect and at intervals, so
// that a lost push or an unreachable hub only delays the result.
import { addAbortListener } from 'node:events';
import { type RestApiClient, RestApiError } from '@trace-mesh/rest-api/client';
import { pause } from '@trace-mesh/runtime/repeat';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import type { TaskEvent, Topic } from '@trace-mesh/ws-hub/messages';

/** How long a tool call waits for its task, in ms; the task continues and can be read later. */
export const TASK_TIMEOUT_MS = 60_000;

/** How often the task is fetched until it has ended, in ms. */
const FETCH_INTERVAL_MS = 5_000;

type TaskEnd = Pick<TaskEvent, 'status' | 'result' | 'error' | 'failure' | 'costMicroUsd'>;

export interface TaskWaiter extends AsyncDisposable {
  /** Resolves with the task's end. Rejects when `signal` aborts. */
  ended: Promise<TaskEnd>;
}

interface WaitDeps {
  hub: HubClient;
  api: RestApiClient;
  logger: Logger;
  fetchIntervalMs?: number;
}

/**
 * Subscribes, which must happen before the task is created, or a push could be missed. `onEvent` receives every push;
 * if the hub is unreachable, it receives none and the result is fetched. Dispose the waiter in every case.
 */
export async function waitForTask(
  { hub, api, logger, fetchIntervalMs = FETCH_INTERVAL_MS }: WaitDeps,
  topic: Topic,
  onEvent: (event: TaskEvent) => void,
  signal: AbortSignal,
): Promise<TaskWaiter> {
  signal.throwIfAborted();
  const { taskId } = topic;
  const end = Promise.withResolvers<TaskEnd>();
  // It may reject while the task is being created, before `ended` is awaited.
  end.promise.catch(() => undefined);
  const settle = (event: TaskEnd) => {
    if (event.status === 'done' || event.status === 'failed') end.resolve(event);
  };
  const aborting = addAbortListener(signal, () => end.reject(signal.reason));
  const stop = new AbortController();
  const fetching = AbortSignal.any([signal, stop.signal]);

  /** A failed fetch is repeated at the next interval. Until the task is created, the response is 404. */
  async function fetchEnd(): Promise<void> {
    try {
      settle(endOf(await api.getTask(taskId, fetching)));
    } catch (err) {
      if (fetching.aborted || (err instanceof RestApiError && err.status === 404)) return;
      logger.warn({ err, taskId }, 'fetching a task failed, retrying');
    }
  }

  async function keepFetching(): Promise<void> {
    while (await pause(fetchIntervalMs, fetching)) await fetchEnd();
  }

  const listening = hub.listen(topic, {
    onEvent(event) {
      onEvent(event);
      settle(event);
    },
    onResumed: () => void fetchEnd(),
  });
  const subscription = await listening.catch((err: unknown) => {
    logger.warn({ err, taskId }, 'subscribing failed, polling for the result');
    return undefined;
  });
  const fetches = keepFetching();
  return {
    ended: end.promise,
    async [Symbol.asyncDispose]() {
      aborting[Symbol.dispose]();
      stop.abort();
      await fetches;
      await subscription?.[Symbol.asyncDispose]();
    },
  };
}

/** A stored task as an event. */
function endOf(task: Awaited<ReturnType<RestApiClient['getTask']>>): TaskEnd {
  return {
    status: task.status === 'queued' ? 'running' : task.status,
    ...(task.result !== null && { result: task.result }),
    ...(task.error !== null && { error: task.error }),
    ...(task.failure !== null && { failure: task.failure }),
    ...(task.costMicroUsd !== null && { costMicroUsd: task.costMicroUsd }),
  };
}
