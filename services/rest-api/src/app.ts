// The Express application, without a listening server.
import { allow, gate } from '@trace-mesh/access/express';
import { notFound, onlyMethods, problems } from '@trace-mesh/access/problem';
import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express } from 'express';
import { findBatch } from './batches.ts';
import type { Deps } from './deps.ts';
import { findJob } from './jobs.ts';
import { createBatch } from './routes/create-batch.ts';
import { createJob } from './routes/create-job.ts';
import { createTask } from './routes/create-task.ts';
import { getOwn } from './routes/get-own.ts';
import { findTask } from './tasks.ts';

/** The largest request body, in Express' notation. */
const MAX_BODY = '1mb';

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(gate(deps));
  app.use(express.json({ limit: MAX_BODY }));
  const [read, write] = [allow('tasks:read'), allow('tasks:write')];
  app.post('/api/tasks', write, createTask(deps));
  app.get('/api/tasks/:taskId', read, getOwn('task', findTask, deps));
  app.post('/api/batches', write, createBatch(deps));
  app.get('/api/batches/:batchId', read, getOwn('batch', findBatch, deps));
  app.post('/api/jobs', write, createJob(deps));
  app.get('/api/jobs/:jobId', read, getOwn('job', findJob, deps));
  app.all(['/api/tasks', '/api/batches', '/api/jobs'], onlyMethods('POST'));
  app.all(['/api/tasks/:id', '/api/batches/:id', '/api/jobs/:id'], onlyMethods('GET', 'HEAD'));
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
