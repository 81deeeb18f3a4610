// The agent's REST client: creates work and polls until it has ended.
import { setTimeout as wait } from 'node:timers/promises';
import { createRestApiClient, type Job, type RestApiClient, type Task } from '@trace-mesh/rest-api/client';
import type { FireOptions } from './scenario.ts';
import type { TokenOptions } from './tokens.ts';

/** In ms. */
const POLL_INTERVAL_MS = 150;

/** A client of rest-api with the agent's token. */
export const restApi = (
  { endpoints, tokens }: Pick<FireOptions, 'endpoints' | 'tokens'>,
  options?: TokenOptions,
): RestApiClient => createRestApiClient(endpoints['rest-api'], () => tokens.bearer(options));

export const hasEnded = ({ status }: { status: string }) => status === 'done' || status === 'failed';

/** Reads until `holds` is true of the value; rejects with the signal's reason. */
export async function until<T>(
  read: () => Promise<T>,
  holds: (value: T) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    await wait(POLL_INTERVAL_MS, undefined, { signal });
  }
}

/** Runs one task to its end. */
export async function runTask(options: FireOptions): Promise<Task> {
  const { prompt, signal } = options;
  const api = restApi(options);
  const { taskId } = await api.createTask({ taskId: options.newTaskId(), prompt }, signal);
  return until(() => api.getTask(taskId, signal), hasEnded, signal);
}

/** Runs one job to its end. */
export async function runJob(options: FireOptions): Promise<Job & { relatedTraceIds: string[] }> {
  const { prompt, signal } = options;
  const api = restApi(options);
  const { jobId } = await api.createJob({ jobId: options.newTaskId(), prompt }, signal);
  const job = await until(() => api.getJob(jobId, signal), hasEnded, signal);
  return { ...job, relatedTraceIds: job.traceId ? [job.traceId] : [] };
}
