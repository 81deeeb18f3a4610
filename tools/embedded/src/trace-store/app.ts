// One HTTP server: receives OTLP, serves Jaeger's query API and the viewer.
import { createServer, type Server } from 'node:http';
import {
  allowSensitiveRequest,
  decodeOtlpTraceRequest,
  isProtobufContentType,
} from 'autotel-devtools/server';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Forwarder } from './forward.ts';
import { jaegerApi } from './jaeger-api.ts';
import { TraceMemory } from './memory.ts';
import { spansOf } from './spans.ts';
import { createViewer } from './viewer.ts';

const MAX_BODY = '16mb';

export type TraceStore = { server: Server; close(): Promise<void> };

/** Receives OTLP over HTTP (protobuf or JSON, also gzip), answers Jaeger's query API and shows traces at `/`. */
export function createTraceStore(forwarder?: Forwarder): TraceStore {
  const app = express().disable('x-powered-by');
  const server = createServer(app);
  const viewer = createViewer(server);
  const memory = new TraceMemory();

  const accept = (request: Request, response: Response) => {
    const contentType = request.headers['content-type'];
    // An empty message is a full success in both encodings (OTLP specification, "Full Success").
    if (isProtobufContentType(contentType)) response.type('application/x-protobuf').end();
    else response.json({});
  };

  app.use('/v1', express.raw({ type: () => true, limit: MAX_BODY }));
  app.post('/v1/traces', (request, response) => {
    const contentType = request.headers['content-type'] ?? 'application/json';
    const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const decoded = isProtobufContentType(contentType)
      ? decodeOtlpTraceRequest(body)
      : JSON.parse(String(body));
    const spans = spansOf(decoded);
    memory.add(spans);
    viewer.show(decoded, spans.length);
    forwarder?.send({ body, contentType });
    accept(request, response);
  });
  app.post(['/v1/logs', '/v1/metrics'], accept);
  app.use('/v1', (error: Error & { status?: number }, _: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    response.status(error.status ?? 400).json({ code: 3, message: `not OTLP: ${error.message}` });
  });

  // A web page must not read traces through the browser of its visitor, nor by DNS rebinding.
  app.use((request, response, next) => {
    if (allowSensitiveRequest(request.headers as { origin?: string; host?: string }, true)) return next();
    response.status(403).json({ errors: [{ code: 403, msg: 'traces can only be read from this machine' }] });
  });
  app.use(jaegerApi(memory));
  // The path of Jaeger's page for a trace; the viewer takes the id from the fragment.
  app.get('/trace/:traceId', (request, response) => response.redirect(`/#trace=${request.params.traceId}`));
  app.use((request, response) => viewer.handle(request, response));

  return {
    server,
    async close() {
      server.closeAllConnections();
      await viewer.close();
      await forwarder?.flush();
    },
  };
}
