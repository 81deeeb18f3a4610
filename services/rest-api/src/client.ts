// What callers of rest-api import. Every call carries the active trace context.
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { fromProblem, ProblemDetails } from '@trace-mesh/tracing/error-carriers';
import type { TracedError } from '@trace-mesh/tracing/errors';
import type { z } from 'zod';
import { Batch, BatchAccepted, type NewBatch } from './batches.ts';
import { Job, JobAccepted, type NewJob } from './jobs.ts';
import { type NewTask, Task, TaskAccepted } from './tasks.ts';

export type { Batch, Job, Task };

/** An error answer: `status` and `title` of its problem details, `origin` the error where it arose. */
export class RestApiError extends Error {
  override name = 'RestApiError';
  readonly status: number;
  readonly title: string;
  readonly origin: TracedError | undefined;
  constructor(status: number, title: string, detail: string, origin?: TracedError) {
    super(detail, { cause: origin });
    this.status = status;
    this.title = title;
    this.origin = origin;
  }
}

/** `signal` or `timeoutMs` (default `HTTP_TIMEOUT_MS`) ends the call; rest-api receives the timeout. */
export type CallLimits = [signal?: AbortSignal, timeoutMs?: number];

/**
 * Every call rejects with a `RestApiError` for an error answer: 404 if the tenant has no such task, batch or job, 402 if its
 * budget is too small, 401 and 403 for the token, 429 above the rate limit.
 */
export interface RestApiClient {
  createTask(task: z.input<typeof NewTask>, ...limits: CallLimits): Promise<{ taskId: string }>;
  getTask(taskId: string, ...limits: CallLimits): Promise<Task>;
  /** One task for each prompt; `taskIds` are in the order of the prompts. */
  createBatch(
    batch: z.input<typeof NewBatch>,
    ...limits: CallLimits
  ): Promise<{ batchId: string; taskIds: string[] }>;
  getBatch(batchId: string, ...limits: CallLimits): Promise<Batch>;
  /** A task that runs in its own trace. */
  createJob(job: z.input<typeof NewJob>, ...limits: CallLimits): Promise<{ jobId: string }>;
  getJob(jobId: string, ...limits: CallLimits): Promise<Job>;
}

const ReadableProblem = ProblemDetails.pick({ title: true, detail: true });

/** The timeout of a health check, in ms. */
const ANSWER_TIMEOUT_MS = 1_000;

/** A client for a base URL such as `http://127.0.0.1:8081`; `authorization` returns the `Bearer …` of each call. */
export function createRestApiClient(baseUrl: string, authorization: () => string): RestApiClient {
  const http = createServiceClient(baseUrl);
  async function call<T>(
    request: { method: 'GET' | 'POST'; path: string; json?: unknown },
    schema: z.ZodType<T>,
    [signal, timeoutMs]: CallLimits,
  ): Promise<T> {
    const headers = { authorization: authorization() };
    return read(await http({ ...request, headers, signal, timeoutMs }), schema);
  }
  const get = <T>(path: string, schema: z.ZodType<T>, limits: CallLimits) =>
    call({ method: 'GET', path }, schema, limits);
  const post = <T>(path: string, json: unknown, schema: z.ZodType<T>, limits: CallLimits) =>
    call({ method: 'POST', path, json }, schema, limits);
  return {
    createTask: (task, ...limits) => post('/api/tasks', task, TaskAccepted, limits),
    getTask: (taskId, ...limits) => get(`/api/tasks/${taskId}`, Task, limits),
    createBatch: (batch, ...limits) => post('/api/batches', batch, BatchAccepted, limits),
    getBatch: (batchId, ...limits) => get(`/api/batches/${batchId}`, Batch, limits),
    createJob: (job, ...limits) => post('/api/jobs', job, JobAccepted, limits),
    getJob: (jobId, ...limits) => get(`/api/jobs/${jobId}`, Job, limits),
  };
}

/** Resolves when rest-api answers, for the readiness of its callers. Needs no token. */
export async function restApiAnswers(baseUrl: string): Promise<void> {
  const http = createServiceClient(baseUrl);
  const { ok, status } = await http({ method: 'GET', path: '/api/health', timeoutMs: ANSWER_TIMEOUT_MS });
  if (!ok) throw new RestApiError(status, 'unhealthy', `rest-api health check failed (status ${status})`);
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const problem = ReadableProblem.safeParse(body).data ?? { title: 'error', detail: response.statusText };
  throw new RestApiError(response.status, problem.title, problem.detail, fromProblem(body));
}
