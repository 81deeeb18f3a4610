// The HTTP application: MCP in both protocol eras on /mcp, and the trace id in every response.
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext } from '@modelcontextprotocol/server';
import { callerIn } from '@trace-mesh/access/mcp';
import { traceResponses } from '@trace-mesh/tracing/http';
import type { Logger } from '@trace-mesh/tracing/logger';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { countBatch } from './batch-rate.ts';
import { metadataPath, protectedResourceMetadata, requireCaller } from './bearer.ts';
import type { AppDeps } from './deps.ts';
import { LegacyCalls } from './legacy-calls.ts';
import { createMcpServer } from './mcp-server.ts';

/** The largest request body in bytes; a larger one is refused with 413. */
export const MAX_BODY_BYTES = 256 * 1024;

export function createApp(deps: AppDeps): Express & AsyncDisposable {
  const { apiFor, hub, logger, resource, allowedHosts, cancellations, ...authentication } = deps;
  const legacyCalls = new LegacyCalls(cancellations);
  const makeServer = ({ era, authInfo }: McpRequestContext) => {
    const caller = callerIn(authInfo);
    const { identity } = caller;
    const server = createMcpServer({ api: apiFor(identity), hub, identity, logger }, 'http');
    if (era !== 'legacy') return server;
    return countBatch(legacyCalls.follow(server, identity.tenantId), () =>
      authentication.limiter.countCaller(caller),
    );
  };
  const onerror = (error: Error) => logger.warn({ err: error }, 'MCP request refused');
  const handler = createMcpHandler(makeServer, { maxRequestBodySize: MAX_BODY_BYTES, onerror });
  const mcp = { fetch: legacyCalls.withSessions(handler.fetch) };
  const app = express();
  app.disable('x-powered-by');
  app.use(traceResponses());
  app.get('/api/health', (_request, response) => void response.json({ status: 'ok' }));
  app.use(hostHeaderValidation(allowedHosts), originValidation(allowedHosts));
  const metadata = protectedResourceMetadata(resource);
  app.get(metadataPath(resource), (_request, response) => void response.json(metadata));
  app.use('/mcp', requireCaller(authentication, resource));
  app.all('/mcp', toNodeHandler(mcp, { maxRequestBodySize: MAX_BODY_BYTES, onerror }));
  app.use((_request, response) => void response.status(404).json({ title: 'not found', status: 404 }));
  app.use(unexpected(logger));
  const close = async () => {
    await Promise.all([handler.close(), legacyCalls.close()]);
  };
  return Object.assign(app, { [Symbol.asyncDispose]: close });
}

/** Unexpected errors are logged and answered generically. */
function unexpected(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = (error as { status?: number }).status === 400 ? 400 : 500;
    if (status === 500) logger.error({ err: error }, 'request failed');
    response.status(status).json({ title: status === 400 ? 'invalid request' : 'internal error', status });
  };
}
