// The HTTP application around MCP: both protocol eras on /mcp, with the ids of the trace in every answer.
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext } from '@modelcontextprotocol/server';
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import { traceResponses } from '@trace-mesh/tracing/http';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import express, { type Express } from 'express';
import { LegacyCalls } from './legacy-calls.ts';
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
  const legacyCalls = new LegacyCalls();
  const makeServer = ({ era }: McpRequestContext) => {
    const server = createMcpServer(deps, 'http');
    return era === 'legacy' ? legacyCalls.follow(server, deps.identity.tenantId) : server;
  };
  const onerror = (error: Error) => deps.logger.warn({ err: error }, 'an MCP request was refused');
  const handler = createMcpHandler(makeServer, { maxRequestBodySize: MAX_BODY_BYTES, onerror });
  const mcp = { fetch: legacyCalls.handingOutSessions(handler.fetch) };
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(hostHeaderValidation(allowedHosts), originValidation(allowedHosts));
  app.all('/mcp', toNodeHandler(mcp, { maxRequestBodySize: MAX_BODY_BYTES, onerror }));
  app.use((_request, response) => void response.status(404).json({ title: 'not found', status: 404 }));
  const close = async () => {
    await Promise.all([handler.close(), legacyCalls.close()]);
  };
  return Object.assign(app, { [Symbol.asyncDispose]: close });
}
