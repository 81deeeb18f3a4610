// The HTTP application around MCP, not yet listening.
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext } from '@modelcontextprotocol/server';
import { callerOf, gate } from '@trace-mesh/access/express';
import { authInfoOf, callerIn } from '@trace-mesh/access/mcp';
import { notFound, problems } from '@trace-mesh/access/problem';
import { traceResponses } from '@trace-mesh/tracing/http';
import express, { type Express, type RequestHandler } from 'express';
import type { Deps } from './deps.ts';
import { createMcpServer } from './mcp-server.ts';

/** In bytes; a larger request body is answered 413. */
export const MAX_BODY_BYTES = 256 * 1024;

export function createApp(deps: Deps): Express & AsyncDisposable {
  const { logger } = deps;
  // One server per request: this protocol revision is stateless.
  const makeServer = ({ authInfo }: McpRequestContext) =>
    createMcpServer({ caller: callerIn(authInfo), logger });
  const onerror = (err: Error) => logger.warn({ err }, 'MCP request rejected');
  const limits = { maxRequestBodySize: MAX_BODY_BYTES, onerror };
  const handler = createMcpHandler(makeServer, { legacy: 'reject', ...limits });
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.all('/mcp', gate(deps), setAuthInfo, toNodeHandler(handler, limits));
  app.use(notFound);
  app.use(problems(logger));
  return Object.assign(app, { [Symbol.asyncDispose]: () => handler.close() });
}

/** Passes the verified caller on; the SDK reads `request.auth`. */
const setAuthInfo: RequestHandler = (request, response, next) => {
  Object.assign(request, { auth: authInfoOf(request.get('authorization'), callerOf(response)) });
  next();
};
