// An error with its origin: code, message, and the service, trace and span in which it arose. It is recorded there only; every other
// service that it reaches adds an event and a link.
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

/** The longest message, in characters; a longer one is cut. */
export const MAX_ERROR_MESSAGE = 512;
/** The most details; further ones are dropped. */
export const MAX_ERROR_DETAILS = 16;
/** The longest detail, in characters; a longer one is cut. */
export const MAX_ERROR_DETAIL = 256;
const MAX_SERVICE_NAME = 64;

/** The event on the span of a service that receives an error of another service. */
export const UPSTREAM_ERROR_EVENT = 'Upstream error received';

const CODE = /^[a-z][a-z0-9_]{0,62}$/;

/** The fields of an error, for which every transport has a format (errors/carriers.ts, errors/grpc.ts). */
export const ErrorFields = z.object({
  /** Stable, for programs: lower snake case, such as `over_budget`. */
  code: z.string().regex(CODE),
  /** For people. Contains nothing that its reader may not know. */
  message: z.string().overwrite((text) => cut(text, MAX_ERROR_MESSAGE)),
  /** Where it arose: the service, and trace and span if there is one. */
  service: z.string().min(1).max(MAX_SERVICE_NAME),
  trace_id: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{32}$/)
    .optional(),
  span_id: z
    .string()
    .regex(/^(?!0+$)[0-9a-f]{16}$/)
    .optional(),
  details: z.record(z.string(), z.string()).overwrite(bounded).default({}),
});
export type ErrorFields = z.infer<typeof ErrorFields>;

/** A failure with its origin. It has a `cause` only in the process in which it arose. */
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

export interface ErrorInit {
  /** Converted to lower snake case. */
  code: string;
  /** By default the error's. Set it if that one contains what its reader may not know. */
  message?: string;
  details?: Record<string, string>;
}

/**
 * Gives an error its origin: this service, and the span that recorded it first, else the active one, on which it is then
 * recorded. An error that has an origin, or one of whose causes has, is not wrapped: that `TracedError` is returned.
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
  if (active) recordException(active, error);
  active?.setAttributes(errorAttributes(traced.fields));
  if (isObject(error)) origins.set(error, traced);
  markRecorded(traced);
  return traced;
}

/**
 * The error that a peer sent, read from the transport's format; undefined for anything else. The active span gets an event and a
 * link to the span in which it arose; it is not recorded again.
 */
export function receiveError(value: unknown): TracedError | undefined {
  const fields = ErrorFields.safeParse(value).data;
  if (!fields) return undefined;
  const error = new TracedError(fields);
  markRecorded(error);
  const span = trace.getActiveSpan();
  if (span) addUpstreamEvent(span, fields);
  return error;
}

function addUpstreamEvent(span: Span, fields: ErrorFields): void {
  const attributes = errorAttributes(fields);
  span.addEvent(UPSTREAM_ERROR_EVENT, attributes);
  span.setAttributes(attributes);
  const { trace_id: traceId, span_id: spanId } = fields;
  if (!traceId || !spanId) return;
  // An error has no trace flags; it returns in the trace in which it arose, so they are this span's.
  const { traceFlags } = span.spanContext();
  span.addLink({ context: { traceId, spanId, traceFlags, isRemote: true } });
}

/** The ids of the span in which an error arose, for a log line after the end of that span. */
export function errorIds(error: unknown): { trace_id?: string; span_id?: string } {
  const { trace_id, span_id } = originOf(error)?.fields ?? {};
  if (trace_id && span_id) return { trace_id, span_id };
  const home = recordedIn(error);
  return home ? { trace_id: home.traceId, span_id: home.spanId } : {};
}

function errorAttributes({ code, service, trace_id, span_id }: ErrorFields) {
  return {
    [ATTR_MESH_ERROR_CODE]: code,
    [ATTR_MESH_ERROR_SERVICE]: service,
    ...(trace_id && { [ATTR_MESH_ERROR_TRACE_ID]: trace_id }),
    ...(span_id && { [ATTR_MESH_ERROR_SPAN_ID]: span_id }),
  };
}

/** How many causes are searched for an origin. */
export const MAX_CAUSES = 8;

// An error that is wrapped twice has one origin.
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

/** A valid code of any text: an invalid one must not be an error while another is handled. */
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

/** Replaces lone surrogates, which protobuf rejects, and NUL, which Postgres rejects, by U+FFFD. */
function cut(text: string, length: number): string {
  return text.slice(0, length).toWellFormed().replaceAll('\0', '\ufffd');
}
