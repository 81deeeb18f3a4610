// HTTP, both ends. The preload injects and extracts the trace context (http/). This file adds what no channel carries: ids in every
// response, a request id that goes on, and a client that names the origin to which context may go.
import { randomUUID } from 'node:crypto';
import {
  type Context,
  context,
  createContextKey,
  type Span,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { getRPCMetadata, type RPCMetadata } from '@opentelemetry/core';
import type { Request, RequestHandler, Response as ServerResponse } from 'express';
import { allowOrigin } from './context/egress.ts';
import { fetchFollowing } from './http/redirects.ts';
import { activeTraceId } from './spans/span.ts';

const REQUEST_ID = createContextKey('trace-mesh.request-id');

/** The RPC metadata of a request that has a span, which its context has already: a further context costs as much as the span. */
type WithRequestId = RPCMetadata & { [REQUEST]?: string };
const REQUEST = Symbol('trace-mesh.request-id');

const requestIdIn = (ctx: Context): string | undefined =>
  (getRPCMetadata(ctx) as WithRequestId | undefined)?.[REQUEST] ??
  (ctx.getValue(REQUEST_ID) as string | undefined);
const VALID_REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * First middleware of every HTTP edge: responses carry `X-Trace-ID` and `X-Request-ID` whatever their status. A caller's
 * `X-Request-ID` is kept if it is plain (1 to 128 of `A-Z a-z 0-9 _ . : -`), else replaced. The span of a request whose
 * caller disconnects before the response is complete is marked as cancelled, except for an event stream over GET.
 */
export function traceResponses(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && VALID_REQUEST_ID.test(given) ? given : randomUUID();
    const traceId = activeTraceId();
    response.set('x-request-id', requestId);
    if (traceId) response.set('x-trace-id', traceId);
    const span = trace.getActiveSpan();
    const closed = () => {
      if (span && !response.writableFinished && !isEventSource(request, response)) markCancelled(span);
    };
    // Before the listener that ends the span.
    if (span) response.prependOnceListener('close', closed);
    const ctx = context.active();
    const served = getRPCMetadata(ctx) as WithRequestId | undefined;
    if (!served) return context.with(ctx.setValue(REQUEST_ID, requestId), next);
    served[REQUEST] = requestId;
    next();
  };
}

/** Whether the response is a stream for an `EventSource`, which has no end: its client leaves it by disconnecting. */
function isEventSource({ method }: Request, response: ServerResponse): boolean {
  return method === 'GET' && String(response.get('content-type')).startsWith('text/event-stream');
}

function markCancelled(span: Span): void {
  span.setAttribute('error.type', 'cancelled');
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'the caller disconnected' });
  span.addEvent('cancelled');
}

/** A request to one service. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Resolved against the base URL of the client; must stay on its origin. */
  path: string;
  /** The body. */
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Resolves for every status; rejects with the reason of `signal`, or with `fetch`'s `TypeError`. */
export type HttpClient = (request: HttpRequest) => Promise<Response>;

/**
 * A JSON client for one service of the mesh: sends the active context and the request id along. It has no timeout, as `fetch`
 * has none (`@trace-mesh/runtime/http-client` adds one). Use it for the mesh's services only, since it names the origin as
 * one that receives context. Rejects with a `TypeError` for a `path` on another origin. A redirect to another origin is
 * followed without `headers` and without the ids.
 */
export function createHttpClient(baseUrl: string): HttpClient {
  allowOrigin(baseUrl);
  const { origin } = new URL(baseUrl);
  return async ({ method, path, json, headers = {}, signal }) => {
    const url = new URL(path, baseUrl);
    if (url.origin !== origin)
      throw new TypeError(`path leaves ${origin}: ${path} (pass a path on that origin)`);
    const requestId = requestIdIn(context.active()) ?? randomUUID();
    const traceId = activeTraceId();
    return fetchFollowing(url, {
      method,
      headers: {
        'x-request-id': requestId,
        ...(traceId && { 'x-trace-id': traceId }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(signal && { signal }),
    });
  };
}
