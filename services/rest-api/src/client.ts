// What callers of rest-api import. Every call carries the context of the running work.
import { createHttpClient } from '@trace-mesh/tracing/http';
import { z } from 'zod';
import { type NewTask, Task } from './tasks.ts';

export type { Task };

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

export interface RestApiClient {
  createTask(task: z.input<typeof NewTask>, signal?: AbortSignal): Promise<{ taskId: string }>;
  /** Rejects with a `RestApiError` of status 404 where there is no such task. */
  getTask(taskId: string, signal?: AbortSignal): Promise<Task>;
}

const Accepted = z.object({ taskId: z.uuid() });
const ProblemDetails = z.object({ title: z.string(), detail: z.string() });

/** A client for a base URL such as `http://127.0.0.1:8081`. */
export function createRestApiClient(baseUrl: string): RestApiClient {
  const http = createHttpClient(baseUrl);
  return {
    async createTask(task, signal) {
      return read(await http({ method: 'POST', path: '/api/tasks', json: task, signal }), Accepted);
    },
    async getTask(taskId, signal) {
      return read(await http({ method: 'GET', path: `/api/tasks/${taskId}`, signal }), Task);
    },
  };
}

async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const problem = ProblemDetails.safeParse(body).data ?? { title: 'error', detail: response.statusText };
  throw new RestApiError(response.status, problem.title, problem.detail);
}
