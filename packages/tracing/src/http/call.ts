// A call of an HTTP client: its span and its duration. client.ts and fetch.ts report when it begins and how it ends.
import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { durations } from '../sdk/durations.ts';
import { tracer } from '../spans/span.ts';
import { methodName } from './methods.ts';

/** Of a request whose tracing is suppressed: it is part of another call, and has only its duration. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const recordDuration = durations({
  name: 'http.client.request.duration',
  description: 'Duration of HTTP client requests.',
  attributes: [
    'http.request.method',
    'server.address',
    'server.port',
    'url.scheme',
    'network.protocol.version',
    'http.response.status_code',
    'error.type',
  ],
});

/**
 * Starts the span of a request in the active context, unless tracing is suppressed; `inject` writes its context into the request.
 * `describe` returns what is not computed for a span that is not recorded.
 */
export function startCall(
  method: string,
  target: Target,
  attributes: Attributes,
  describe: () => Attributes,
  inject: (ctx: Context) => void,
): Call {
  const parent = context.active();
  if (isTracingSuppressed(parent)) return new Call(NO_SPAN, method, target);
  const init = { kind: SpanKind.CLIENT, attributes: { 'http.request.method': method, ...attributes } };
  const span = tracer().startSpan(methodName(method), init, parent);
  if (span.isRecording()) span.setAttributes(describe());
  inject(trace.setSpan(parent, span));
  return new Call(span, method, target);
}

/** Where a request goes. The scheme is an attribute of the metric where it is given. */
export interface Target {
  host: string;
  port?: number | undefined;
  scheme?: string;
}

/** A request and its response. It ends once, with the first of `fail` and `end`. */
export class Call {
  readonly span: Span;
  /** Of HTTP, once it is known. */
  version: string | undefined;
  #status: number | undefined;
  readonly #since = performance.now();
  readonly #method: string;
  readonly #target: Target;
  #ended = false;

  constructor(span: Span, method: string, target: Target) {
    this.span = span;
    this.#method = method;
    this.#target = target;
  }

  /** The head of the response has arrived. */
  answer(status: number, attributes: Attributes = {}): void {
    this.#status = status;
    if (!this.span.isRecording()) return;
    this.span.setAttributes({ 'http.response.status_code': status, ...attributes });
    const error = errorOf(status);
    if (error) this.span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
  }

  fail(error: Error, type: string | number = error.name): void {
    if (this.#ended) return;
    const { message } = error;
    this.span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR, message });
    this.span.recordException(error);
    this.end(type);
  }

  end(error: string | number | undefined = errorOf(this.#status)): void {
    if (this.#ended) return;
    this.#ended = true;
    this.span.end();
    const { host, port, scheme } = this.#target;
    const values = [this.#method, host, port, scheme, this.version, this.#status, error];
    recordDuration(this.#since, values, this.span);
  }
}

/** The `error.type` of a status. */
const errorOf = (status: number | undefined): string | undefined =>
  status !== undefined && (status < 100 || status >= 400) ? String(status) : undefined;
