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
  const { span, kind, server = [] } = call;
  const status = code === undefined ? undefined : (grpcCodeName(code) ?? String(code));
  const failed =
    status === undefined || (kind === SpanKind.SERVER ? SERVER_FAILURES.has(status) : status !== 'OK');
  if (status !== undefined && span?.isRecording()) {
    span.setAttribute('rpc.status_code', status);
    if (failed) {
      span.setAttribute('error.type', status);
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
    }
  }
  span?.end();
  const error = failed ? (status ?? '_OTHER') : undefined;
  recordCall[kind](call.since, ['grpc', call.method, status, error, ...server], span);
}
