// Client spans of `fetch` and undici, from the channels that undici publishes.
// https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
import { subscribe } from 'node:diagnostics_channel';
import type { TLSSocket } from 'node:tls';
import {
  type Attributes,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_QUERY,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import { durations } from '../sdk/durations.ts';
import { tracer } from '../spans/span.ts';
import { type FetchRequest, injectFetch } from './headers.ts';
import { knownMethod, methodName } from './methods.ts';
import { splitAuthority } from './url.ts';

const CALL = Symbol('trace-mesh.call');

type Traced = FetchRequest & { [CALL]?: Call };

interface Call {
  span: Span;
  since: number;
  method: string;
  target: Target;
  version?: string;
  status?: number;
}

/** Of a request whose tracing is suppressed: it is part of another call, and has only its duration. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const recordDuration = durations({
  name: 'http.client.request.duration',
  description: 'Duration of HTTP client requests.',
  attributes: [
    ATTR_HTTP_RESPONSE_STATUS_CODE,
    ATTR_HTTP_REQUEST_METHOD,
    ATTR_SERVER_ADDRESS,
    ATTR_SERVER_PORT,
    ATTR_URL_SCHEME,
    ATTR_ERROR_TYPE,
    ATTR_NETWORK_PROTOCOL_VERSION,
  ],
});

/** Traces every request of `fetch` and undici from now on. Called once. */
export function traceFetch(): void {
  const on = <Message>(name: string, listener: (message: Message) => void) =>
    subscribe(`undici:${name}`, (message) => listener(message as Message));
  on<{ request: Traced }>('request:create', ({ request }) => start(request));
  on<{ request: Traced; socket: TLSSocket }>('client:sendHeaders', ({ request, socket }) =>
    send(request, socket),
  );
  on<{ request: Traced; response: { statusCode: number } }>('request:headers', ({ request, response }) =>
    answer(request, response.statusCode),
  );
  on<{ request: Traced }>('request:trailers', ({ request }) => end(request));
  on<{ request: Traced; error: Error }>('request:error', ({ request, error }) => fail(request, error));
}

interface Target {
  scheme: string;
  host: string;
  port?: number;
}

function start(request: Traced): void {
  if (request.method === 'CONNECT') return;
  const parent = context.active();
  const method = knownMethod(request.method.toUpperCase());
  const [scheme = '', authority = ''] = String(request.origin).split('://');
  const target = { scheme, ...splitAuthority(authority, scheme) };
  let span: Span = NO_SPAN;
  if (!isTracingSuppressed(parent)) {
    const attributes = { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_PATH]: request.path.split('?', 1)[0] };
    span = tracer().startSpan(methodName(method), { kind: SpanKind.CLIENT, attributes }, parent);
    if (span.isRecording()) span.setAttributes(attributesOf(request, method, target));
    injectFetch(request, trace.setSpan(parent, span));
  }
  request[CALL] = { span, since: performance.now(), method, target };
}

function attributesOf(request: Traced, method: string, { scheme, host, port }: Target): Attributes {
  const url = new URL(request.path, request.origin);
  return {
    [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: request.method === method ? undefined : request.method,
    [ATTR_URL_FULL]: url.href,
    [ATTR_URL_PATH]: url.pathname,
    [ATTR_URL_QUERY]: url.search || undefined,
    [ATTR_URL_SCHEME]: scheme,
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: port,
    [ATTR_USER_AGENT_ORIGINAL]: userAgentOf(request),
  };
}

function userAgentOf({ headers }: Traced): string | undefined {
  if (typeof headers === 'string') return /^user-agent:\s*(.*)$/im.exec(headers)?.[1];
  const at = headers.findLastIndex((name, i) => i % 2 === 0 && String(name).toLowerCase() === 'user-agent');
  return at === -1 ? undefined : [headers[at + 1]].flat().at(-1);
}

function send(request: Traced, { remoteAddress, remotePort, alpnProtocol }: TLSSocket): void {
  const call = request[CALL];
  if (!call) return;
  call.version = alpnProtocol === 'h2' ? '2' : '1.1';
  if (!call.span.isRecording()) return;
  call.span.setAttributes({
    [ATTR_NETWORK_PEER_ADDRESS]: remoteAddress,
    [ATTR_NETWORK_PEER_PORT]: remotePort,
    [ATTR_NETWORK_PROTOCOL_VERSION]: call.version,
  });
}

function answer(request: Traced, status: number): void {
  const call = request[CALL];
  if (!call) return;
  call.status = status;
  call.span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
  if (status < 400) return;
  call.span.setAttribute(ATTR_ERROR_TYPE, String(status)).setStatus({ code: SpanStatusCode.ERROR });
}

/** A caller that aborts its request is no error. */
function fail(request: Traced, error: Error & { code?: string | number }): void {
  const { name, message, code } = error;
  const aborted = name === 'AbortError' || code === DOMException.ABORT_ERR;
  const type = aborted ? undefined : code || name || 'Error';
  const span = request[CALL]?.span;
  if (type !== undefined) {
    span?.setAttribute(ATTR_ERROR_TYPE, type).setStatus({ code: SpanStatusCode.ERROR, message });
    span?.recordException(error);
  }
  end(request, type);
}

function end(request: Traced, error?: string | number): void {
  const call = request[CALL];
  if (!call) return;
  delete request[CALL];
  call.span.end();
  const { since, method, target, version, status = 0 } = call;
  const failed = error ?? (status >= 400 ? String(status) : undefined);
  const values = [status || undefined, method, target.host, target.port, target.scheme, failed, version];
  recordDuration(since, values, call.span);
}
