// Waits for a task to end: told by the hub, and fetched from rest-api whenever the hub may have been missed.
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import type { HubClient, Topic } from '@trace-mesh/ws-hub/client';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';

/** How long a tool call waits for its task, in ms; the task goes on, and can be fetched later. */
export const TASK_TIMEOUT_MS = 60_000;

export type TaskEnd = Pick<TaskEvent, 'status' | 'result' | 'error' | 'failure' | 'costMicroUsd'>;

export interface TaskWaiter extends AsyncDisposable {
  /** Resolves with the task's end. Rejects when `signal` aborts. */
  ended: Promise<TaskEnd>;
}

/** Starts listening before the task is made, so that no push is missed; `onEvent` hears of every one. */
export async function waitForTask(
  { hub, api }: { hub: HubClient; api: RestApiClient },
  topic: Topic,
  onEvent: (event: TaskEvent) => void,
  signal: AbortSignal,
): Promise<TaskWaiter> {
  signal.throwIfAborted();
  const end = Promise.withResolvers<TaskEnd>();
  // It may fail while the task is still being made, when nobody waits for it yet; whoever does then hears of it.
  end.promise.catch(() => undefined);
  const settle = (event: TaskEnd) => {
    if (event.status === 'done' || event.status === 'failed') end.resolve(event);
  };
  const abort = () => end.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const subscription = await hub.listen(topic, {
    onEvent(event) {
      onEvent(event);
      settle(event);
    },
    onResumed: () => void api.getTask(topic.taskId, signal).then((task) => settle(endOf(task)), end.reject),
  });
  return {
    ended: end.promise,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', abort);
      await subscription[Symbol.asyncDispose]();
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
