// One error, wherever it goes: its code and message, the service, trace and span in which it arose. It is recorded once, at
// home; every service that it passes through only notes that it came by.
import { context, type Span, trace } from '@opentelemetry/api';
import { z } from 'zod';
import {
  ATTR_MESH_ERROR_CODE,
  ATTR_MESH_ERROR_SERVICE,
  ATTR_MESH_ERROR_SPAN_ID,
  ATTR_MESH_ERROR_TRACE_ID,
} from '../spans/attributes.ts';
import {
  isObject,
  markRecorded,
  readThrown,
  recordException,
  recordedIn,
  textOf,
  withIds,
} from '../spans/span.ts';

/** The longest message that crosses, in characters; a longer one is cut. */
export const MAX_ERROR_MESSAGE = 512;
/** The most details that cross; further ones are dropped. */
export const MAX_ERROR_DETAILS = 16;
/** The longest detail that crosses, in characters; a longer one is cut. */
export const MAX_ERROR_DETAIL = 256;
const MAX_SERVICE_NAME = 64;

/** The event on the span of a service that an error of another one reaches. */
export const UPSTREAM_ERROR_EVENT = 'Upstream error received';

const CODE = /^[a-z][a-z0-9_]{0,62}$/;

/** The error as data: what every transport carries, in a form of its own. */
export const ErrorFields = z.object({
  /** Stable, for programs: lower snake case, such as `over_budget`. */
  code: z.string().regex(CODE),
  /** For people. Says nothing that its reader may not know. */
  message: z.string().transform((text) => cut(text, MAX_ERROR_MESSAGE)),
  /** Where it arose: service, and trace and span where there was one. */
  service: z.string().min(1).max(MAX_SERVICE_NAME),
  trace_id: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{32}$/)
    .optional(),
  span_id: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{16}$/)
    .optional(),
  details: z.record(z.string(), z.string()).default({}).transform(bounded),
});
export type ErrorFields = z.infer<typeof ErrorFields>;

/** An expected failure with its origin. `cause` is there only in the process in which it arose. */
export class TracedError extends Error {
  override name = 'TracedError';
  readonly code: string;
  readonly fields: ErrorFields;
  constructor(fields: ErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    this.code = fields.code;
    this.fields = fields;
  }
}

/** What the one who wraps an error says of it. */
export interface ErrorInit {
  /** Brought into lower snake case where it is not. */
  code: string;
  /** By default the error's own; give another where that one says too much. */
  message?: string;
  details?: Record<string, string>;
}

/**
 * Gives an error its origin: this service, and the span that recorded it first or else the running one. Records it there
 * if nobody has. An error that has an origin already, here or elsewhere, is returned as it is; so is the one that it was
 * made from (`cause`).
 */
export function wrapErrorWithTrace(error: unknown, init: ErrorInit): TracedError {
  const known = originOf(error);
  if (known) return known;
  const active = trace.getSpan(context.active());
  const home = recordedIn(error) ?? withIds(active?.spanContext());
  const traced = new TracedError(
    ErrorFields.parse({
      code: codeOf(init.code),
      message: init.message ?? textOf(error),
      service: (process.env.OTEL_SERVICE_NAME || 'unknown').slice(0, MAX_SERVICE_NAME),
      ...(home && { trace_id: home.traceId, span_id: home.spanId }),
      details: init.details ?? {},
    }),
    { cause: error },
  );
  if (active) recordHome(active, error, traced);
  remember(error, traced);
  return traced;
}

/**
 * An error that a peer sent, read from what the transport carried; undefined where it is none. The active span notes that
 * it came by, and links to the span in which it arose; nothing here records it a second time.
 */
export function receiveError(value: unknown): TracedError | undefined {
  const fields = ErrorFields.safeParse(value).data;
  if (!fields) return undefined;
  const error = new TracedError(fields);
  markRecorded(error);
  const span = trace.getActiveSpan();
  if (span) noteUpstream(span, fields);
  return error;
}

function noteUpstream(span: Span, fields: ErrorFields): void {
  const attributes = errorAttributes(fields);
  span.addEvent(UPSTREAM_ERROR_EVENT, attributes);
  span.setAttributes(attributes);
  const { trace_id: traceId, span_id: spanId } = fields;
  if (!traceId || !spanId) return;
  // The flags do not travel with an error; it comes back in the trace in which it arose, so they are this span's.
  const { traceFlags } = span.spanContext();
  span.addLink({ context: { traceId, spanId, traceFlags, isRemote: true } });
}

/** The ids of the span in which an error arose, for a log line that is written when that span has ended. */
export function errorIds(error: unknown): { trace_id?: string; span_id?: string } {
  const { trace_id, span_id } = originOf(error)?.fields ?? {};
  if (trace_id && span_id) return { trace_id, span_id };
  const home = recordedIn(error);
  return home ? { trace_id: home.traceId, span_id: home.spanId } : {};
}

/** The origin of an error as attributes. */
function errorAttributes({ code, service, trace_id, span_id }: ErrorFields) {
  return {
    [ATTR_MESH_ERROR_CODE]: code,
    [ATTR_MESH_ERROR_SERVICE]: service,
    ...(trace_id && { [ATTR_MESH_ERROR_TRACE_ID]: trace_id }),
    ...(span_id && { [ATTR_MESH_ERROR_SPAN_ID]: span_id }),
  };
}

/** How many causes are looked through for an origin. */
export const MAX_CAUSES = 8;

// The same error wrapped twice is one error.
const origins = new WeakMap<object, TracedError>();

function originOf(error: unknown): TracedError | undefined {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && isObject(cause); depth++) {
    if (cause instanceof TracedError) return cause;
    const known = origins.get(cause);
    if (known) return known;
    cause = readThrown(cause, 'cause');
  }
  return undefined;
}

function remember(error: unknown, traced: TracedError): void {
  if (isObject(error)) origins.set(error, traced);
  markRecorded(traced);
}

function recordHome(span: Span, error: unknown, traced: TracedError): void {
  recordException(span, error);
  span.setAttributes(errorAttributes(traced.fields));
}

/** A code that is none must not become a second error in the handling of the first. */
function codeOf(text: string): string {
  const code = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 63);
  return CODE.test(code) ? code : 'internal';
}

function bounded(details: Record<string, string>): Record<string, string> {
  const kept = Object.entries(details).slice(0, MAX_ERROR_DETAILS);
  return Object.fromEntries(
    kept.map(([key, value]) => [cut(key, MAX_ERROR_DETAIL), cut(value, MAX_ERROR_DETAIL)]),
  );
}

/** Half a character is no text to protobuf, and a NUL none to Postgres: both become U+FFFD. */
function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replaceAll('\0', '\ufffd');
}
