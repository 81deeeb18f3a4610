// A caller over REST: listens to its task at the hub, makes it, and reads its end from a push, or by fetching it whenever
// the connection was lost in between.
import {
  createRestApiClient,
  type RestApiClient,
  RestApiError,
  type Task,
} from '@trace-mesh/rest-api/client';
import { createHubClient, type HubClient } from '@trace-mesh/ws-hub/client';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { tokens } from '../tokens.ts';
import type { ChaosMesh } from './chaos-mesh.ts';
import { type Asked, type End, noteEnd } from './request-log.ts';
import { ATTEMPT_MS, kindOf, PATIENCE_MS, persistently } from './user.ts';

/** What the callers of one tenant share. */
export interface RestClients {
  api: RestApiClient;
  hub: HubClient & AsyncDisposable;
}

export function openRestClients({ endpoints, logger }: ChaosMesh, tenantId: string): RestClients {
  const api = createRestApiClient(endpoints['rest-api'], () => tokens.bearer({ tenantId }));
  const options = { agentId: 'chaos', token: () => tokens.token({ tenantId }) };
  return { api, hub: createHubClient(endpoints['ws-hub'], options, logger) };
}

/** Asks for one task and waits for its end; rejects when the end does not come while patience lasts. */
export async function askOverRest({ api, hub }: RestClients, asked: Asked, prompt: string): Promise<void> {
  const { taskId, tenantId } = asked;
  const notified = Promise.withResolvers<void>();
  const failed = (error: Error) => void asked.failures.push(kindOf(error));
  const settle = (end: End) => {
    noteEnd(asked, end);
    notified.resolve();
  };
  const fetchEnd = async () => {
    const task = await persistently(() => findTask(api, taskId), failed);
    if (task?.status === 'done' || task?.status === 'failed') {
      const { status, result, costMicroUsd } = task;
      settle({ via: 'fetch', status, result, costMicroUsd });
    }
  };
  const listener = {
    onEvent(event: TaskEvent) {
      asked.received.push(event);
      const { status, result = null, costMicroUsd = null } = event;
      if (status !== 'running') settle({ via: 'push', status, result, costMicroUsd });
    },
    onResumed: () => void fetchEnd().catch(notified.reject),
  };
  await using _listening = await persistently(() => hub.listen({ taskId, tenantId }, listener), failed);
  await persistently(async () => {
    const began = performance.now();
    await api.createTask({ taskId, prompt }, undefined, ATTEMPT_MS);
    asked.acceptedAt = performance.now();
    asked.postMs = asked.acceptedAt - began;
  }, failed);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  patience.onabort = () => notified.reject(new Error(`no end was received within ${PATIENCE_MS / 1_000} s`));
  await notified.promise;
}

/** A task that is not there yet has not ended. */
async function findTask(api: RestApiClient, taskId: string): Promise<Task | undefined> {
  try {
    return await api.getTask(taskId, undefined, ATTEMPT_MS);
  } catch (error) {
    if (error instanceof RestApiError && error.status === 404) return undefined;
    throw error;
  }
}
