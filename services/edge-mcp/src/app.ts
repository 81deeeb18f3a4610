// The HTTP application around MCP: both protocol eras on /mcp, with the ids of the trace in every answer.
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import { traceResponses } from '@trace-mesh/tracing/http';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import express, { type Express } from 'express';
import { createMcpServer } from './mcp-server.ts';

/** The largest request body in bytes; more is answered 413. */
export const MAX_BODY_BYTES = 256 * 1024;

export interface Deps {
  api: RestApiClient;
  hub: HubClient;
  /** For whom calls are made. */
  identity: { tenantId: string; userId: string };
  logger: Logger;
}

export function createApp(deps: Deps, allowedHosts: string[]): Express & AsyncDisposable {
  const handler = createMcpHandler(() => createMcpServer(deps, 'http'), {
    maxRequestBodySize: MAX_BODY_BYTES,
    onerror: (error) => deps.logger.warn({ err: error }, 'an MCP request was refused'),
  });
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(hostHeaderValidation(allowedHosts), originValidation(allowedHosts));
  app.all('/mcp', toNodeHandler(handler));
  app.use((_request, response) => void response.status(404).json({ title: 'not found', status: 404 }));
  return Object.assign(app, { [Symbol.asyncDispose]: () => handler.close() });
}
