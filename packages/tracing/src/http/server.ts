// Server spans from the channel on which Node's HTTP server publishes a request just before it emits `request`.
import { executionAsyncId } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  getRPCMetadata,
  type RPCMetadata,
  RPCType,
  setRPCMetadata,
  suppressTracing,
} from '@opentelemetry/core';
import { ENTRY_CONTEXT } from '../context/entry-context.ts';
import { contextStorage } from '../sdk/context-manager.ts';
import { durations } from '../sdk/durations.ts';
import { tracer } from '../spans/span.ts';
import { bindEmitter } from './emitters.ts';
import { knownMethod, methodName } from './methods.ts';
import { serverAttributes } from './server-attributes.ts';
import { splitTarget } from './url.ts';

/** Requests without a span: they are frequent, and say nothing. */
const PROBES = new Set(['/livez', '/readyz', '/healthz', '/metrics']);

const SUPPRESSED = suppressTracing(ENTRY_CONTEXT);

const recordDuration = durations({
  name: 'http.server.request.duration',
  description: 'Duration of HTTP server requests.',
  attributes: [
    'http.request.method',
    'url.scheme',
    'network.protocol.version',
    'http.route',
    'http.response.status_code',
    'error.type',
  ],
});

/** Traces every HTTP and HTTPS server of this process from now on. Called once. */
export function traceServers(): void {
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: Answer };
    const ctx = PROBES.has(request.url ?? '') ? SUPPRESSED : serve(request, response);
    bindEmitter(request, ctx);
    bindEmitter(response, ctx);
    // Until Node's parser continues, which is after the listeners of `request`.
    contextStorage.enterWith(ctx);
  });
  process.on('uncaughtExceptionMonitor', (error) => {
    const served = getRPCMetadata(context.active());
    if (served instanceof Served && served.asyncId === executionAsyncId()) served.fail(error);
  });
}

/** Starts the span of a request, and returns the context of its work. */
function serve(request: IncomingMessage, response: Answer): Context {
  const parent = propagation.extract(ENTRY_CONTEXT, request.headers);
  const served = new Served(request, parent);
  response[SERVED] = served;
  response.on('close', onClose);
  response.on(errorMonitor, onError);
  return setRPCMetadata(trace.setSpan(parent, served.span), served);
}

const SERVED = Symbol('trace-mesh.served');

interface Answer extends ServerResponse {
  [SERVED]?: Served;
}

function onClose(this: Answer): void {
  this[SERVED]?.complete(this.statusCode);
}

function onError(this: Answer, error: Error): void {
  this[SERVED]?.fail(error);
}

/** A request being served. Instrumentations of frameworks find it in the context as RPC metadata, and set its `route`. */
class Served {
  readonly type: RPCMetadata['type'] = RPCType.HTTP;
  readonly span: Span;
  declare route?: string;
  /** Of the parser's call in which the listeners of `request` run. */
  readonly asyncId = executionAsyncId();
  readonly #since = performance.now();
  readonly #method: string;
  readonly #scheme: string;
  readonly #version: string;
  #ended = false;

  constructor(request: IncomingMessage, parent: Context) {
    const scheme = (request.socket as TLSSocket).encrypted ? 'https' : 'http';
    const method = knownMethod(request.method);
    const { path, query } = splitTarget(request.url ?? '/');
    const attributes = { 'http.request.method': method, 'url.path': path };
    this.span = tracer().startSpan(methodName(method), { kind: SpanKind.SERVER, attributes }, parent);
    if (this.span.isRecording()) this.span.setAttributes(serverAttributes(request, scheme, query));
    this.#method = method;
    this.#scheme = scheme;
    this.#version = request.httpVersion;
  }

  /** The response has been sent, or its connection was closed. */
  complete(status: number): void {
    if (this.#ended) return;
    const { span, route } = this;
    const failed = status >= 500 && status < 600 ? String(status) : undefined;
    if (span.isRecording()) {
      span.setAttributes({ 'http.response.status_code': status, 'http.route': route });
      if (status < 100 || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      if (failed) span.setAttribute('error.type', failed);
      if (route) span.updateName(`${methodName(this.#method)} ${route}`);
    }
    this.#end([route, status, failed]);
  }

  /** The response has failed, or a listener has thrown. */
  fail(error: Error): void {
    if (this.#ended) return;
    const { name, message } = error;
    this.span.setAttribute('error.type', name).setStatus({ code: SpanStatusCode.ERROR, message });
    this.span.recordException(error);
    this.#end([undefined, undefined, name]);
  }

  #end(outcome: (string | number | undefined)[]): void {
    this.#ended = true;
    this.span.end();
    recordDuration(this.#since, [this.#method, this.#scheme, this.#version, ...outcome], this.span);
  }
}
