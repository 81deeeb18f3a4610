import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express } from 'express';

/** Plain HTTP on the port of another protocol: `GET /api/health`, else 404, each with the trace id. */
export function createPlainHttp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use((_request, response) => void response.status(404).json({ title: 'not found', status: 404 }));
  return app;
}
