// The status of a gRPC call on its span. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { durations } from '../sdk/durations.ts';
import type { Value } from '../sdk/series.ts';
import { grpcCodeName } from './codes.ts';

const SHARED = ['rpc.system.name', 'rpc.method', 'rpc.status_code', 'error.type'];

/** By kind: https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/ */
const recordCall = {
  [SpanKind.CLIENT]: durations({
    name: 'rpc.client.call.duration',
    description: 'Measures the duration of an outgoing Remote Procedure Call (RPC).',
    attributes: [...SHARED, 'server.address', 'server.port'],
  }),
  [SpanKind.SERVER]: durations({
    name: 'rpc.server.call.duration',
    description: 'Measures the duration of an incoming Remote Procedure Call (RPC).',
    attributes: SHARED,
  }),
};

export interface CallError extends Error {
  code?: number;
}

// A server that answers "no budget" or that is left by its caller has done its work: only these are failures of its own.
const SERVER_FAILURES = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** The fully qualified method, which is the span's name: the path without its slash. */
export const nameOf = (path: string): string => path.replace(/^\//, '');

/** A call of one side. A client's call without a span is part of a trace that is not sampled. */
export interface Call {
  kind: SpanKind.CLIENT | SpanKind.SERVER;
  /** The fully qualified method. */
  method: string;
  /** When it began, by `performance.now()`. */
  since: number;
  span?: Span | undefined;
  /** Host and port of the server, of a client. */
  server?: readonly Value[];
}

/** Ends the span and records the duration of a call with the status `code`; with none for an error that has no code. */
export function endCall(call: Call, code: number | undefined, message?: string): void {
  const { span, kind } = call;
  if (code !== undefined && span?.isRecording()) recordStatus(span, kind, code, message);
  span?.end();
  const status = code === undefined ? undefined : nameOfStatus(code);
  const failed = status === undefined || isFailure(kind, status);
  const values = ['grpc', call.method, status, failed ? (status ?? '_OTHER') : undefined];
  recordCall[kind](call.since, [...values, ...(call.server ?? [])], span);
}

const nameOfStatus = (code: number): string => grpcCodeName(code) ?? String(code);

const isFailure = (kind: SpanKind, status: string): boolean =>
  kind === SpanKind.SERVER ? SERVER_FAILURES.has(status) : status !== 'OK';

/** Sets the name of the status, and whether the span has failed. */
export function recordStatus(span: Span, kind: SpanKind, code: number, message?: string): void {
  const status = nameOfStatus(code);
  span.setAttribute('rpc.status_code', status);
  if (isFailure(kind, status)) {
    span.setAttribute('error.type', status);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
  } else unsetStatus(span);
}

/** The API knows no way back to unset. */
function unsetStatus(span: Span): void {
  const { status } = span as Span & { status?: { code: SpanStatusCode; message?: string } };
  if (!status) return;
  status.code = SpanStatusCode.UNSET;
  delete status.message;
}
