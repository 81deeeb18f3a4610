// Waits for a task to end: told by the hub, and fetched from rest-api whenever the hub may have been missed; and now and
// then in any case, so that a push that is lost, or a hub that is away, costs no more than that.
import { type RestApiClient, RestApiError } from '@trace-mesh/rest-api/client';
import { pause } from '@trace-mesh/runtime/repeat';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import type { TaskEvent, Topic } from '@trace-mesh/ws-hub/messages';

/** How long a tool call waits for its task, in ms; the task goes on, and can be fetched later. */
export const TASK_TIMEOUT_MS = 60_000;

/** How often the task is fetched while nothing is heard of its end, in ms. */
const FETCH_INTERVAL_MS = 5_000;

export type TaskEnd = Pick<TaskEvent, 'status' | 'result' | 'error' | 'failure' | 'costMicroUsd'>;

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
 * Starts listening before the task is made, so that no push is missed; `onEvent` hears of every one. With a hub that is
 * away the end is fetched, and `onEvent` hears nothing. Dispose it in any case.
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
  // It may fail while the task is still being made, when nobody waits for it yet; whoever does then hears of it.
  end.promise.catch(() => undefined);
  const settle = (event: TaskEnd) => {
    if (event.status === 'done' || event.status === 'failed') end.resolve(event);
  };
  const abort = () => end.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const stop = new AbortController();
  const fetching = AbortSignal.any([signal, stop.signal]);

  /** A fetch that fails is followed by the next; before the task is made there is none. */
  async function fetchEnd(): Promise<void> {
    try {
      settle(endOf(await api.getTask(taskId, fetching)));
    } catch (err) {
      if (fetching.aborted || (err instanceof RestApiError && err.status === 404)) return;
      logger.warn({ err, taskId }, 'a task could not be fetched and will be again');
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
    logger.warn({ err, taskId }, 'a task is not listened to: its end will be fetched');
    return undefined;
  });
  const fetches = keepFetching();
  return {
    ended: end.promise,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', abort);
      stop.abort();
      await fetches;
      await subscription?.[Symbol.asyncDispose]();
    },
  };
}

/** A stored task in the words of an event. */
function endOf(task: Awaited<ReturnType<RestApiClient['getTask']>>): TaskEnd {
  return {
    status: task.status === 'queued' ? 'running' : task.status,
    ...(task.result !== null && { result: task.result }),
    ...(task.error !== null && { error: task.error }),
    ...(task.failure !== null && { failure: task.failure }),
    ...(task.costMicroUsd !== null && { costMicroUsd: task.costMicroUsd }),
  };
}
