// The application, not yet listening; one route per file.
import { allow, gate } from '@trace-mesh/access/express';
import { notFound, otherMethods, problems } from '@trace-mesh/access/problem';
import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express, type RequestHandler } from 'express';
import type { Deps } from './deps.ts';
import { getDocument } from './routes/get-document.ts';
import { greet } from './routes/greet.ts';

export function createApp(deps: Deps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  const health: RequestHandler = (_request, response) => void response.json({ status: 'ok' });
  app.route('/api/health').get(health).all(otherMethods);
  app.route('/openapi.json').get(getDocument).all(otherMethods);
  app.use(gate(deps));
  app.route('/api/greetings/:name').get(allow('tasks:read'), greet).all(otherMethods);
  app.use(notFound);
  app.use(problems(deps.logger));
  return app;
}
