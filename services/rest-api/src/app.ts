// The Express application, without a listening server.
import { allow, gate } from '@trace-mesh/access/express';
import { notFound, otherMethods, problems } from '@trace-mesh/access/problem';
import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express, type RequestHandler } from 'express';
import { findBatch } from './batches.ts';
import type { Deps } from './deps.ts';
import { findJob } from './jobs.ts';
import { createBatch } from './routes/create-batch.ts';
import { createJob } from './routes/create-job.ts';
import { createTask } from './routes/create-task.ts';
import { getDocument } from './routes/get-document.ts';
import { getOwn } from './routes/get-own.ts';
import { findTask } from './tasks.ts';

/** The largest request body, in Express' notation. */
const MAX_BODY = '1mb';

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  const health: RequestHandler = (_request, response) => void response.json({ status: 'ok' });
  app.route('/api/health').get(health).all(otherMethods);
  app.route('/openapi.json').get(getDocument).all(otherMethods);
  app.use(gate(deps));
  const read = allow('tasks:read');
  // Only these routes have a body, and only callers with the scope have it parsed.
  const write = [allow('tasks:write'), express.json({ limit: MAX_BODY })];
  const task = getOwn('task', findTask, deps);
  const batch = getOwn('batch', findBatch, deps);
  const job = getOwn('job', findJob, deps);
  app.route('/api/tasks').post(write, createTask(deps)).all(otherMethods);
  app.route('/api/tasks/:taskId').get(read, task).all(otherMethods);
  app.route('/api/batches').post(write, createBatch(deps)).all(otherMethods);
  app.route('/api/batches/:batchId').get(read, batch).all(otherMethods);
  app.route('/api/jobs').post(write, createJob(deps)).all(otherMethods);
  app.route('/api/jobs/:jobId').get(read, job).all(otherMethods);
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
