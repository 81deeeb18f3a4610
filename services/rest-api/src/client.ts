// What callers of rest-api import. Every call carries the context of the running work.
import { createHttpClient } from '@trace-mesh/tracing/http';
import { z } from 'zod';
import { Batch, type NewBatch } from './batches.ts';
import { Job, type NewJob } from './jobs.ts';
import { type NewTask, Task } from './tasks.ts';

export type { Batch, Job, Task };

/** rest-api answered with an error: `status` and `title` as in its problem details. */
export class RestApiError extends Error {
  override name = 'RestApiError';
  readonly status: number;
  readonly title: string;
  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

/** Every call rejects with a `RestApiError`: 404 where there is no such thing, 402 where the budget does not hold it. */
export interface RestApiClient {
  createTask(task: z.input<typeof NewTask>, signal?: AbortSignal): Promise<{ taskId: string }>;
  getTask(taskId: string, signal?: AbortSignal): Promise<Task>;
  /** One task for each prompt; `taskIds` are in the order of the prompts. */
  createBatch(
    batch: z.input<typeof NewBatch>,
    signal?: AbortSignal,
  ): Promise<{ batchId: string; taskIds: string[] }>;
  getBatch(batchId: string, signal?: AbortSignal): Promise<Batch>;
  /** A task that runs in a trace of its own. */
  createJob(job: z.input<typeof NewJob>, signal?: AbortSignal): Promise<{ jobId: string }>;
  getJob(jobId: string, signal?: AbortSignal): Promise<Job>;
}

const TaskAccepted = z.object({ taskId: z.uuid() });
const BatchAccepted = z.object({ batchId: z.uuid(), taskIds: z.array(z.uuid()) });
const JobAccepted = z.object({ jobId: z.uuid() });
const ProblemDetails = z.object({ title: z.string(), detail: z.string() });

/** A client for a base URL such as `http://127.0.0.1:8081`. */
export function createRestApiClient(baseUrl: string): RestApiClient {
  const http = createHttpClient(baseUrl);
  return {
    async createTask(task, signal) {
      return read(await http({ method: 'POST', path: '/api/tasks', json: task, signal }), TaskAccepted);
    },
    async getTask(taskId, signal) {
      return read(await http({ method: 'GET', path: `/api/tasks/${taskId}`, signal }), Task);
    },
    async createBatch(batch, signal) {
      return read(await http({ method: 'POST', path: '/api/batches', json: batch, signal }), BatchAccepted);
    },
    async getBatch(batchId, signal) {
      return read(await http({ method: 'GET', path: `/api/batches/${batchId}`, signal }), Batch);
    },
    async createJob(job, signal) {
      return read(await http({ method: 'POST', path: '/api/jobs', json: job, signal }), JobAccepted);
    },
    async getJob(jobId, signal) {
      return read(await http({ method: 'GET', path: `/api/jobs/${jobId}`, signal }), Job);
    },
  };
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const problem = ProblemDetails.safeParse(body).data ?? { title: 'error', detail: response.statusText };
  throw new RestApiError(response.status, problem.title, problem.detail);
}
