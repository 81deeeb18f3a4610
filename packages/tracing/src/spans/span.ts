// Manual spans, and the only place where errors are recorded.
import {
  type Attributes,
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  INVALID_TRACEID,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  type SpanKind,
  SpanStatusCode,
  type TimeInput,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { runInContext, type Started } from '../context/carrier.ts';
import { getMcpContext } from '../context/mcp-context.ts';
import {
  ATTR_MESH_RETRY_ATTEMPT,
  ATTR_MESH_RETRY_DELAY_MS,
  ATTR_MESH_TENANT_ID,
  ATTR_MESH_USER_ID,
} from './attributes.ts';
import { hrNow } from './time.ts';

export { hrNow } from './time.ts';

export interface SpanInit {
  kind?: SpanKind;
  attributes?: Attributes;
  links?: Link[];
  /** The parent; by default the active context. Pass an extracted one for work that arrives from another process. */
  parent?: Context;
  /** By default now. End a span with a given start at `hrNow()`. */
  startTime?: TimeInput;
}

let provider: TracerProvider | undefined;
let made: Tracer | undefined;

/** The tracer of all manual spans; looked up once for each global provider. */
export function tracer(): Tracer {
  const current = trace.getTracerProvider();
  if (!made || provider !== current) {
    provider = current;
    made = current.getTracer('@trace-mesh/tracing');
  }
  return made;
}

/** A link to the span context in `ctx`; none if it has no valid one. */
export function linkTo(ctx: Context, attributes: Attributes = {}): Link[] {
  const spanContext = trace.getSpanContext(ctx);
  return spanContext ? [{ context: spanContext, attributes }] : [];
}

/**
 * The span of `ctx` if it is of this process and not sampled. Nothing below it is sampled either, so it stands for every span
 * below it, and no attribute need be computed.
 */
export function unsampledSpan(ctx: Context): Span | undefined {
  const span = trace.getSpan(ctx);
  const { traceId, traceFlags, isRemote } = span?.spanContext() ?? INVALID_SPAN_CONTEXT;
  const isUnsampled = !isRemote && (traceFlags & TraceFlags.SAMPLED) === 0 && traceId !== INVALID_TRACEID;
  return isUnsampled ? span : undefined;
}

/** Starts a span that the caller must end. Prefer `withSpan`, unless another function ends the span. */
export function startSpan(name: string, init: SpanInit = {}): { span: Span; ctx: Context } {
  const parent = init.parent ?? context.active();
  const unsampled = unsampledSpan(parent);
  if (unsampled) return { span: unsampled, ctx: parent };
  const span = tracer().startSpan(name, init, parent);
  const mcp = span.isRecording() ? getMcpContext(parent) : undefined;
  if (mcp?.tenantId) span.setAttribute(ATTR_MESH_TENANT_ID, mcp.tenantId);
  if (mcp?.userId) span.setAttribute(ATTR_MESH_USER_ID, mcp.userId);
  return { span, ctx: trace.setSpan(parent, span) };
}

/** Runs `work` in a new span. A thrown value marks the span, is recorded on the span in which it arose, and is rethrown as it is. */
export async function withSpan<T>(
  name: string,
  init: SpanInit,
  work: (span: Span) => Promise<T> | T,
): Promise<T> {
  const { span, ctx } = startSpan(name, init);
  try {
    return (await runInContext(ctx, () => work(span))) as T;
  } catch (error) {
    recordError(span, error);
    throw error;
  } finally {
    span.end(init.startTime === undefined ? undefined : hrNow());
  }
}

/** The errors that have an exception event, each with its span. */
const recorded = new WeakMap<object, SpanContext | undefined>();

/**
 * Marks the span as failed. Exception event and message are written once per error, on the first span that it passes; the
 * spans above have its type only, since the messages of databases contain values.
 */
export function recordError(span: Span, error: unknown): void {
  if (span.isRecording()) {
    const { name, message } = describe(error);
    const isRepeated = isRecorded(error) && name !== 'TracedError';
    span.setStatus({ code: SpanStatusCode.ERROR, ...(!isRepeated && { message }) });
    span.setAttribute('error.type', errorTypeOf(error));
  }
  recordException(span, error);
}

/** `error.type` of a thrown value: its name. The code identifies a TracedError: all have the same name. */
export function errorTypeOf(error: unknown): string {
  const { name, code } = describe(error);
  return name === 'TracedError' ? String(code) : name;
}

/** Writes the exception event, unless another span has it, without marking the span as failed. */
export function recordException(span: Span, error: unknown): void {
  // An error whose cause is recorded is the same failure.
  if (isRecorded(error) || isRecorded(readThrown(error, 'cause'))) return;
  markRecorded(error, span.spanContext());
  if (!span.isRecording()) return;
  if (!isObject(error)) {
    span.recordException(textOf(error));
    return;
  }
  const { name, message, code } = describe(error);
  const stack = readThrown(error, 'stack');
  span.recordException({
    name,
    message,
    ...(typeof stack === 'string' && { stack }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
  });
}

/** Declares that an error has its exception event, e.g. by an instrumentation. */
export function markRecorded(error: unknown, where?: SpanContext): void {
  if (isObject(error)) recorded.set(error, withIds(where));
}

/** The span with an error's exception event, if known. */
export function recordedIn(error: unknown): SpanContext | undefined {
  return isObject(error) ? recorded.get(error) : undefined;
}

const isRecorded = (error: unknown): boolean =>
  isObject(error) && (recorded.has(error) || isDatabaseError(error));

/** Postgres' errors are recorded on the span of their query, without their messages, which contain values (sdk/conventions.ts). */
const isDatabaseError = (error: object): boolean =>
  readThrown(error, 'severity') !== undefined && /^[0-9A-Z]{5}$/.test(textOf(readThrown(error, 'code')));

function describe(error: unknown): { name: string; message: string; code: unknown } {
  const name = readThrown(error, 'name');
  return {
    name: typeof name === 'string' && name !== '' ? name : 'Error',
    message: textOf(error),
    code: readThrown(error, 'code'),
  };
}

/** A property of a thrown value, which may be anything: a getter that throws reads as undefined. */
export function readThrown(value: unknown, key: string): unknown {
  try {
    return isObject(value) ? (value as Record<string, unknown>)[key] : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The message of a thrown value; of an AggregateError without one, that of its first error. Does not throw. */
export function textOf(value: unknown): string {
  const message = readThrown(value, 'message');
  if (typeof message === 'string' && message !== '') return message;
  const errors = readThrown(value, 'errors');
  if (Array.isArray(errors) && errors.length > 0) return textOf(errors[0]);
  if (typeof message === 'string') return message;
  try {
    return isObject(value) ? Object.prototype.toString.call(value) : String(value);
  } catch {
    return '[object]';
  }
}

/** The active trace id in lower-case hex, or undefined without a trace. */
export function activeTraceId(ctx: Context = context.active()): string | undefined {
  return withIds(trace.getSpanContext(ctx))?.traceId;
}

/** With tracing off, ids are zeros, and this is undefined. */
export const withIds = (span: SpanContext | undefined): SpanContext | undefined =>
  span && isSpanContextValid(span) ? span : undefined;

/** Runs `work` outside any trace: for loops and connections that outlive the work in which they were started. */
export const withoutParent = <T>(work: () => T): Started<T> => runInContext(ROOT_CONTEXT, work);

/** The name of the event that a retry adds to the active span. */
export const RETRY_EVENT = 'retry';

/** Adds the event: attempt `attempt` (2 is the first retry) begins, after `error` (its type) at `failedAt` (`performance.now()`). */
export function addRetryEvent(attempt: number, failedAt: number, error: string): void {
  trace.getActiveSpan()?.addEvent(RETRY_EVENT, {
    [ATTR_MESH_RETRY_ATTEMPT]: attempt,
    [ATTR_MESH_RETRY_DELAY_MS]: Math.round(performance.now() - failedAt),
    'error.type': error,
  });
}
