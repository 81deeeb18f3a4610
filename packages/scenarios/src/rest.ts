// The agent at the REST API: it asks for work and looks again until the work has ended.
import { setTimeout as wait } from 'node:timers/promises';
import { createRestApiClient, type RestApiClient, type Task } from '@trace-mesh/rest-api/client';
import type { FireOptions } from './scenario.ts';

/** The tenant that the scenarios work for, where they go straight to the REST API. */
export const TENANT = 'acme';
/** How often an agent looks again, in ms. */
const LOOK_MS = 150;

export const restApi = ({ endpoints }: Pick<FireOptions, 'endpoints'>): RestApiClient =>
  createRestApiClient(endpoints['rest-api']);

export const hasEnded = ({ status }: { status: string }) => status === 'done' || status === 'failed';

/** Reads until it holds; rejects with the signal's reason. */
export async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await wait(LOOK_MS, undefined, { signal });
  }
}

/** Runs one task to its end. */
export async function runTask({ endpoints, prompt, signal }: FireOptions): Promise<Task> {
  const api = restApi({ endpoints });
  const { taskId } = await api.createTask({ prompt, tenantId: TENANT }, signal);
  return until(() => api.getTask(taskId, signal), hasEnded, signal);
}
