// The agent at the REST API: it asks for work and looks again until the work has ended.
import { setTimeout as wait } from 'node:timers/promises';
import { createRestApiClient, type RestApiClient, type Task } from '@trace-mesh/rest-api/client';
import type { FireOptions } from './scenario.ts';
import type { TokenWishes } from './tokens.ts';

/** How often an agent looks again, in ms. */
const LOOK_MS = 150;

/** rest-api, as the bearer of the agent's token. */
export const restApi = (
  { endpoints, tokens }: Pick<FireOptions, 'endpoints' | 'tokens'>,
  wishes?: TokenWishes,
): RestApiClient => createRestApiClient(endpoints['rest-api'], () => tokens.bearer(wishes));

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
export async function runTask(options: FireOptions): Promise<Task> {
  const { prompt, signal } = options;
  const api = restApi(options);
  const { taskId } = await api.createTask({ taskId: options.newTaskId(), prompt }, signal);
  return until(() => api.getTask(taskId, signal), hasEnded, signal);
}
