// The status of a gRPC call on its span. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
import { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { grpcCodeName } from './codes.ts';

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

/** Ends `span` with the status `code`; with none for an error that has no code. */
export function endCall(span: Span, kind: SpanKind, code: number | undefined, message?: string): void {
  if (code !== undefined) recordStatus(span, kind, code, message);
  span.end();
}

/** Sets the name of the status, and whether the span has failed. */
export function recordStatus(span: Span, kind: SpanKind, code: number, message?: string): void {
  const status = grpcCodeName(code) ?? String(code);
  span.setAttribute('rpc.status_code', status);
  const failed = kind === SpanKind.SERVER ? SERVER_FAILURES.has(status) : code !== 0;
  if (failed) {
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
