// HTTP, both ends. The instrumentation injects and extracts; what is here is what it leaves out: the ids in every
// response, and the request id that travels on.
import { randomUUID } from 'node:crypto';
import { context, createContextKey, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { allowOrigin } from './context/egress.ts';
import { activeTraceId } from './spans/span.ts';

const REQUEST_ID = createContextKey('trace-mesh.request-id');
const VALID_REQUEST_ID = /^[\w.:-]{1,128}$/;

/** How long a call of `createHttpClient` may take, in ms, unless the caller says otherwise. */
export const HTTP_TIMEOUT_MS = 30_000;

/**
 * Tells the callee, in ms, how long the caller waits. There is no standard field: RFC 7240's `Prefer: wait` counts whole
 * seconds and is only a wish. gRPC has its own, which the callee's calls carry on.
 */
export const REQUEST_TIMEOUT_HEADER = 'x-request-timeout-ms';

/**
 * First middleware of every HTTP edge: answers carry `X-Trace-ID` and `X-Request-ID` whatever their status. A caller's
 * own `X-Request-ID` is kept where it is plain (1 to 128 of `A-Z a-z 0-9 _ . : -`), else a new one is made. The span of
 * a request whose caller went away before its answer was complete is marked as cancelled.
 */
export function traceResponses(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && VALID_REQUEST_ID.test(given) ? given : randomUUID();
    const traceId = activeTraceId();
    response.set('x-request-id', requestId);
    if (traceId) response.set('x-trace-id', traceId);
    const span = trace.getActiveSpan();
    // Before the instrumentation's own listener, which ends the span.
    if (span) response.prependOnceListener('close', () => response.writableFinished || markCallerGone(span));
    context.with(context.active().setValue(REQUEST_ID, requestId), next);
  };
}

function markCallerGone(span: Span): void {
  span.setAttribute('error.type', 'cancelled');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'the caller went away' });
  span.addEvent('cancelled');
}

/** A request to one service: `path` is resolved against its base address, `json` is its body. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/** Answers every status alike; rejects where no answer came in time. */
export type HttpClient = (request: HttpRequest) => Promise<Response>;

/**
 * A JSON client for one service of the mesh; the context of the running work goes along, and so does its request id. Not
 * for anybody else's: `fetch` carries nothing of ours to an origin that no such client has named.
 */
export function createHttpClient(baseUrl: string): HttpClient {
  allowOrigin(baseUrl);
  return async ({ method, path, json, headers = {}, signal, timeoutMs = HTTP_TIMEOUT_MS }) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const requestId = (context.active().getValue(REQUEST_ID) as string | undefined) ?? randomUUID();
    const traceId = activeTraceId();
    return fetch(new URL(path, baseUrl), {
      method,
      headers: {
        'x-request-id': requestId,
        [REQUEST_TIMEOUT_HEADER]: String(timeoutMs),
        ...(traceId && { 'x-trace-id': traceId }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  };
}
