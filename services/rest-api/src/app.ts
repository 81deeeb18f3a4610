// The REST application; one route per file. It never listens: main.ts and tests do.
import type { LedgerClient } from '@trace-mesh/cost-ledger/client';
import { traceResponses, trustMcpContext } from '@trace-mesh/tracing/http';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Database } from '@trace-mesh/tracing/postgres';
import type { Queue } from '@trace-mesh/tracing/sqs';
import express, { type Express } from 'express';
import type { OutboxRelay } from './outbox-relay.ts';
import { notFound, problems } from './problem.ts';
import { createBatch } from './routes/create-batch.ts';
import { createJob } from './routes/create-job.ts';
import { createTask } from './routes/create-task.ts';
import { getBatch } from './routes/get-batch.ts';
import { getJob } from './routes/get-job.ts';
import { getTask } from './routes/get-task.ts';

/** The largest request body, as express takes it; more is answered 413. */
export const MAX_BODY = '1mb';

export interface Deps {
  db: Database;
  ledger: LedgerClient;
  relay: Pick<OutboxRelay, 'wake'>;
  queue: Queue;
  logger: Logger;
}

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(trustMcpContext());
  app.use(express.json({ limit: MAX_BODY }));
  app.post('/api/tasks', createTask(deps));
  app.get('/api/tasks/:taskId', getTask(deps));
  app.post('/api/batches', createBatch(deps));
  app.get('/api/batches/:batchId', getBatch(deps));
  app.post('/api/jobs', createJob(deps));
  app.get('/api/jobs/:jobId', getJob(deps));
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
