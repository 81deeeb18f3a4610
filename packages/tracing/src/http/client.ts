// Client spans of `node:http` and `node:https`, from the channels that Node publishes. A request is published when it has been
// made, before its headers are sent.
import { subscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as newRequest } from 'node:http';
import { PassThrough } from 'node:stream';
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
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import { durations } from '../sdk/durations.ts';
import { tracer } from '../spans/span.ts';
import { injectRequest } from './headers.ts';
import { knownMethod, methodName } from './methods.ts';
import { redactQuery, splitAuthority } from './url.ts';

/** The property in which Node keeps host and port of a request (24.21 does, 24.11 does not): its `Host` header may name others. */
let authorityOf: (request: ClientRequest) => string;

function findAuthority(): boolean {
  const probe = newRequest({ createConnection: () => new PassThrough() });
  const property = Object.getOwnPropertySymbols(probe).find(
    ({ description }) => description === 'kAuthority',
  );
  authorityOf = (request) => String(request[property as keyof ClientRequest]);
  return property !== undefined;
}

const CALL = Symbol('trace-mesh.call');

type Traced<T> = T & { [CALL]?: Call };

/** Of a request whose tracing is suppressed: it is part of another call, and has only its duration. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const recordDuration = durations({
  name: 'http.client.request.duration',
  description: 'Duration of HTTP client requests.',
  attributes: [
    ATTR_HTTP_REQUEST_METHOD,
    ATTR_SERVER_ADDRESS,
    ATTR_SERVER_PORT,
    ATTR_NETWORK_PROTOCOL_VERSION,
    ATTR_HTTP_RESPONSE_STATUS_CODE,
    ATTR_ERROR_TYPE,
  ],
});

/**
 * Traces every request of `node:http` and `node:https` from now on. False where the channels do not suffice: an older Node does not
 * say where a request goes.
 */
export function traceClients(): boolean {
  if (!findAuthority()) return false;
  const on = <Message>(name: string, listener: (message: Message) => void) =>
    subscribe(`http.client.${name}`, (message) => listener(message as Message));
  on<{ request: ClientRequest }>('request.created', ({ request }) => start(request));
  on<{ request: Traced<ClientRequest>; error: Error }>('request.error', ({ request, error }) =>
    request[CALL]?.fail(error),
  );
  on<{ request: Traced<ClientRequest>; response: IncomingMessage }>(
    'response.finish',
    ({ request, response }) => request[CALL]?.answer(response),
  );
  return true;
}

function start(request: Traced<ClientRequest>): void {
  const parent = context.active();
  const authority = authorityOf(request);
  const { host, port } = splitAuthority(authority, request.protocol.slice(0, -1));
  const target = { host: host.replace(/^\[(.*)\]$/, '$1'), port };
  const method = knownMethod(request.method);
  let span: Span = NO_SPAN;
  if (!isTracingSuppressed(parent)) {
    const attributes = { [ATTR_HTTP_REQUEST_METHOD]: method };
    span = tracer().startSpan(methodName(method), { kind: SpanKind.CLIENT, attributes }, parent);
    if (span.isRecording()) span.setAttributes(attributesOf(request, authority, target));
    injectRequest(request, `${request.protocol}//${authority}`, trace.setSpan(parent, span));
  }
  const call = new Call(span, method, target);
  request[CALL] = call;
  request.on('close', onClose);
}

function onClose(this: Traced<ClientRequest>): void {
  if (!this.aborted) this[CALL]?.end();
}

interface Target {
  host: string;
  port: number | undefined;
}

function attributesOf(request: ClientRequest, authority: string, { host, port }: Target): Attributes {
  const { method, path, protocol } = request;
  const at = path.indexOf('?');
  const query = at === -1 ? '' : `?${redactQuery(path.slice(at + 1))}`;
  return {
    [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: knownMethod(method) === '_OTHER' ? method : undefined,
    [ATTR_SERVER_ADDRESS]: host,
    [ATTR_SERVER_PORT]: port,
    [ATTR_URL_FULL]: `${protocol}//${authority}${at === -1 ? path : path.slice(0, at)}${query}`,
    [ATTR_USER_AGENT_ORIGINAL]: request.getHeader('user-agent') as string | undefined,
  };
}

/** A request and its response. It ends once, at the first of: the response's end, an error, the end of the exchange. */
class Call {
  readonly #since = performance.now();
  readonly #span: Span;
  readonly #method: string;
  readonly #target: Target;
  #response: IncomingMessage | undefined;
  #ended = false;

  constructor(span: Span, method: string, target: Target) {
    this.#span = span;
    this.#method = method;
    this.#target = target;
  }

  answer(response: Traced<IncomingMessage>): void {
    this.#response = response;
    response[CALL] = this;
    const { statusCode, httpVersion, socket } = response;
    if (this.#span.isRecording())
      this.#span.setAttributes({
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: statusCode,
        [ATTR_NETWORK_PEER_ADDRESS]: socket.remoteAddress,
        [ATTR_NETWORK_PEER_PORT]: socket.remotePort,
        [ATTR_NETWORK_PROTOCOL_VERSION]: httpVersion,
      });
    response.on('end', onEnd);
    response.on(errorMonitor, onError);
  }

  /** The body of the response has been read. */
  complete({ statusCode = 0, aborted, complete }: IncomingMessage): void {
    if (this.#ended) return;
    const cut = aborted && !complete;
    if (cut || statusCode < 100 || statusCode >= 400) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    const error = cut ? undefined : errorOf(statusCode);
    if (error) this.#span.setAttribute(ATTR_ERROR_TYPE, error);
    this.end();
  }

  fail(error: Error): void {
    if (this.#ended) return;
    const { name, message } = error;
    this.#span.setAttribute(ATTR_ERROR_TYPE, name).setStatus({ code: SpanStatusCode.ERROR, message });
    this.#span.recordException(error);
    this.end(name);
  }

  end(error?: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#span.end();
    const { host, port } = this.#target;
    const { httpVersion, statusCode } = this.#response ?? {};
    const failed = error ?? errorOf(statusCode);
    const values = [this.#method, host, port, httpVersion, statusCode, failed];
    recordDuration(this.#since, values, this.#span);
  }
}

function onEnd(this: Traced<IncomingMessage>): void {
  this[CALL]?.complete(this);
}

function onError(this: Traced<IncomingMessage>, error: Error): void {
  this[CALL]?.fail(error);
}

const errorOf = (status = 0) => (status >= 400 && status < 600 ? String(status) : undefined);
