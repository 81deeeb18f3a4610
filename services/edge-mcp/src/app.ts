// The HTTP application around MCP: both protocol eras on /mcp, with the ids of the trace in every answer.
import { hostHeaderValidation, originValidation } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpRequestContext } from '@modelcontextprotocol/server';
import type { Identity } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import type { RestApiClient } from '@trace-mesh/rest-api/client';
import { traceResponses } from '@trace-mesh/tracing/http';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { HubClient } from '@trace-mesh/ws-hub/client';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { countBatch } from './batch-rate.ts';
import { callerIn, metadataPath, protectedResourceMetadata, type Resource, requireCaller } from './bearer.ts';
import { LegacyCalls } from './legacy-calls.ts';
import { createMcpServer } from './mcp-server.ts';

/** The largest request body in bytes; more is answered 413. */
export const MAX_BODY_BYTES = 256 * 1024;

/** What a server needs for one caller. */
export interface Deps {
  /** rest-api, asked on the caller's behalf. */
  api: RestApiClient;
  hub: HubClient;
  identity: Identity;
  logger: Logger;
}

export interface AppDeps extends Gate {
  apiFor(identity: Identity): RestApiClient;
  hub: HubClient;
  logger: Logger;
  resource: Resource;
}

export function createApp(deps: AppDeps): Express & AsyncDisposable {
  const { apiFor, hub, logger, resource, allowedHosts, ...authentication } = deps;
  const legacyCalls = new LegacyCalls();
  const makeServer = ({ era, authInfo }: McpRequestContext) => {
    const caller = callerIn(authInfo);
    const { identity } = caller;
    const server = createMcpServer({ api: apiFor(identity), hub, identity, logger }, 'http');
    if (era !== 'legacy') return server;
    return countBatch(legacyCalls.follow(server, identity.tenantId), () =>
      authentication.limiter.countCaller(caller),
    );
  };
  const onerror = (error: Error) => logger.warn({ err: error }, 'an MCP request was refused');
  const handler = createMcpHandler(makeServer, { maxRequestBodySize: MAX_BODY_BYTES, onerror });
  const mcp = { fetch: legacyCalls.handingOutSessions(handler.fetch) };
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

/** Whatever nobody foresaw: logged once, answered without a word of it. */
function unexpected(logger: Logger): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const status = (error as { status?: number }).status === 400 ? 400 : 500;
    if (status === 500) logger.error({ err: error }, 'a request failed');
    response.status(status).json({ title: status === 400 ? 'invalid request' : 'internal error', status });
  };
}
