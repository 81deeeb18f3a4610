// The OpenAPI document of rest-api: its operations, by the schemas of their routes.
import { type Api, describeApi } from '@trace-mesh/access/openapi';
import { PROBLEMS } from '@trace-mesh/access/problem';
import { REQUEST_TIMEOUT_HEADER } from '@trace-mesh/runtime/http-client';
import { z } from 'zod';
import manifest from '../package.json' with { type: 'json' };
import { Batch, BatchAccepted, NewBatch } from './batches.ts';
import { MAX_REQUEST_MS } from './deadline.ts';
import { Job, JobAccepted, NewJob } from './jobs.ts';
import { TASK_PROBLEMS } from './problems.ts';
import { NewTask, Task, TaskAccepted } from './tasks.ts';

const schemas = { NewTask, TaskAccepted, Task, NewBatch, BatchAccepted, Batch, NewJob, JobAccepted, Job };
const Health = z.object({ status: z.literal('ok') });
const { overBudget, idTaken, deadlineExceeded } = TASK_PROBLEMS;

const timeout = z
  .number()
  .min(1)
  .optional()
  .meta({
    override: { type: 'integer' },
    description: `How long the caller waits, in ms. ${MAX_REQUEST_MS} if missing, malformed or larger.`,
    param: { id: 'Request-Timeout' },
  });

/** The answer 202 of a new task, batch or job. */
const accepted = (schema: z.ZodType) => ({ status: 202, schema }) as const;
const creates = { scope: 'tasks:write', headers: { [REQUEST_TIMEOUT_HEADER]: timeout } } as const;
/** Reading a task, batch or job of the tenant. */
const reads = (id: string, schema: z.ZodType) => ({
  scope: 'tasks:read' as const,
  params: z.object({ [id]: z.uuid() }),
  answer: { status: 200, schema } as const,
  problems: [PROBLEMS.notFound, PROBLEMS.unavailable],
});
const whenReserving = [overBudget, idTaken, PROBLEMS.unavailable, deadlineExceeded];

const operations: Api['operations'] = {
  'GET /api/health': {
    operationId: 'health',
    summary: 'Whether the service answers. Its dependencies are not checked.',
    answer: { status: 200, schema: Health },
  },
  'GET /openapi.json': {
    operationId: 'openApi',
    summary: 'This document',
    answer: { status: 200, schema: z.looseObject({ openapi: z.string() }) },
  },
  'POST /api/tasks': {
    operationId: 'createTask',
    ...creates,
    summary: 'Reserves the cost of a task, stores it and queues it',
    body: NewTask,
    answer: accepted(TaskAccepted),
    problems: whenReserving,
  },
  'GET /api/tasks/{taskId}': {
    operationId: 'getTask',
    summary: 'A task of the tenant',
    ...reads('taskId', Task),
  },
  'POST /api/batches': {
    operationId: 'createBatch',
    ...creates,
    summary: 'One task for each prompt. A prompt that is refused fails only its own task',
    body: NewBatch,
    answer: accepted(BatchAccepted),
    problems: [PROBLEMS.unavailable],
  },
  'GET /api/batches/{batchId}': {
    operationId: 'getBatch',
    summary: 'A batch of the tenant with its tasks',
    ...reads('batchId', Batch),
  },
  'POST /api/jobs': {
    operationId: 'createJob',
    ...creates,
    summary: 'A task that runs in its own trace, linked to the trace of this request',
    body: NewJob,
    answer: accepted(JobAccepted),
    problems: whenReserving,
  },
  'GET /api/jobs/{jobId}': { operationId: 'getJob', summary: 'A job of the tenant', ...reads('jobId', Job) },
};

const DESCRIPTION =
  `Tasks for a model, each in the trace of its request. Every answer names its trace (X-Trace-ID) and its request
(X-Request-ID). An error is a problem document (RFC 9457) with the service, trace and span in which it arose. Other paths are
answered 404, other methods 405, and both 401 without a token.`.replaceAll('\n', ' ');

/** The OpenAPI 3.1 document, which the service serves at `/openapi.json`. */
export const openApi = describeApi({
  info: { title: 'rest-api', version: manifest.version, description: DESCRIPTION },
  schemas,
  operations,
});
