// What callers of rest-api import. Every call carries the context of the running work.
import { createServiceClient } from '@trace-mesh/runtime/http-client';
import { fromProblem } from '@trace-mesh/tracing/error-carriers';
import type { TracedError } from '@trace-mesh/tracing/errors';
import { z } from 'zod';
import { Batch, type NewBatch } from './batches.ts';
import { Job, type NewJob } from './jobs.ts';
import { type NewTask, Task } from './tasks.ts';

export type { Batch, Job, Task };

/** rest-api answered with an error: `status` and `title` as in its problem details, `origin` the error where it arose. */
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

/** Aborting `signal` stops the call, and so does `timeoutMs` (default `HTTP_TIMEOUT_MS`), which is sent to rest-api. */
export type CallLimits = [signal?: AbortSignal, timeoutMs?: number];

/**
 * Every call rejects with a `RestApiError`: 404 where the tenant has no such thing, 402 where its budget does not hold it,
 * 401, 403 and 429 as the token and its rate have it.
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
  /** A task that runs in a trace of its own. */
  createJob(job: z.input<typeof NewJob>, ...limits: CallLimits): Promise<{ jobId: string }>;
  getJob(jobId: string, ...limits: CallLimits): Promise<Job>;
}

const TaskAccepted = z.object({ taskId: z.uuid() });
const BatchAccepted = z.object({ batchId: z.uuid(), taskIds: z.array(z.uuid()) });
const JobAccepted = z.object({ jobId: z.uuid() });
const ProblemDetails = z.object({ title: z.string(), detail: z.string() });

/** How long rest-api may take to say that it is there, in ms. */
export const ANSWER_TIMEOUT_MS = 1_000;

/** A client for a base URL such as `http://127.0.0.1:8081`; `authorization` gives each call its `Bearer …`. */
export function createRestApiClient(baseUrl: string, authorization: () => string): RestApiClient {
  const http = createServiceClient(baseUrl);
  const headers = () => ({ authorization: authorization() });
  async function get<T>(path: string, schema: z.ZodType<T>, [signal, timeoutMs]: CallLimits): Promise<T> {
    return read(await http({ method: 'GET', path, headers: headers(), signal, timeoutMs }), schema);
  }
  async function post<T>(
    path: string,
    json: unknown,
    schema: z.ZodType<T>,
    [signal, timeoutMs]: CallLimits,
  ): Promise<T> {
    return read(await http({ method: 'POST', path, headers: headers(), json, signal, timeoutMs }), schema);
  }
  return {
    createTask: (task, ...limits) => post('/api/tasks', task, TaskAccepted, limits),
    getTask: (taskId, ...limits) => get(`/api/tasks/${taskId}`, Task, limits),
    createBatch: (batch, ...limits) => post('/api/batches', batch, BatchAccepted, limits),
    getBatch: (batchId, ...limits) => get(`/api/batches/${batchId}`, Batch, limits),
    createJob: (job, ...limits) => post('/api/jobs', job, JobAccepted, limits),
    getJob: (jobId, ...limits) => get(`/api/jobs/${jobId}`, Job, limits),
  };
}

/** Resolves when rest-api answers at all: for the readiness of those who call it. Nobody needs a token for that. */
export async function restApiAnswers(baseUrl: string): Promise<void> {
  const http = createServiceClient(baseUrl);
  const { ok, status } = await http({ method: 'GET', path: '/api/health', timeoutMs: ANSWER_TIMEOUT_MS });
  if (!ok) throw new RestApiError(status, 'unhealthy', 'rest-api does not feel well');
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const problem = ProblemDetails.safeParse(body).data ?? { title: 'error', detail: response.statusText };
  throw new RestApiError(response.status, problem.title, problem.detail, fromProblem(body));
}
