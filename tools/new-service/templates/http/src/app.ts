// The application, not yet listening; one route per file.
import { allow, gate } from '@trace-mesh/access/express';
import { notFound, problems } from '@trace-mesh/access/problem';
import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express } from 'express';
import type { Deps } from './deps.ts';
import { greet } from './routes/greet.ts';

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(gate(deps));
  app.get('/api/greetings/:name', allow('tasks:read'), greet);
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
