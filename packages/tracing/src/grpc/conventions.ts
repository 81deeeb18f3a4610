// What the gRPC instrumentation still says in an older dialect, or too loudly; applied by sdk/conventions.ts.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace';
import { grpcCodeName } from './codes.ts';

// A server that answers "no budget" or that is left by its caller has done its work: only these are failures of its own.
// https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
const SERVER_FAILURES = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

const OLD = [
  'rpc.system',
  'rpc.service',
  'rpc.grpc.status_code',
  'rpc.grpc.status_text',
  'grpc.error_name',
  'grpc.error_message',
];

/** `rpc.system`, `rpc.service` and the numeric status are gone; the method is fully qualified, and so is the span's name. */
export function normalizeGrpc(span: Span): void {
  const { 'rpc.service': service, 'rpc.method': method, 'rpc.grpc.status_code': code } = span.attributes;
  for (const name of OLD) delete span.attributes[name];
  span.setAttribute('rpc.system.name', 'grpc');
  if (typeof service === 'string') {
    span.setAttribute('rpc.method', `${service}/${method}`);
    span.updateName(`${service}/${method}`);
  }
  if (typeof code !== 'number') return;
  const status = grpcCodeName(code) ?? String(code);
  span.setAttribute('rpc.status_code', status);
  const failed = span.kind === SpanKind.SERVER ? SERVER_FAILURES.has(status) : status !== 'OK';
  if (failed) span.setAttribute('error.type', status);
  else unsetStatus(span);
}

/** The API knows no way back to unset. */
function unsetStatus({ status }: Span): void {
  status.code = SpanStatusCode.UNSET;
  delete status.message;
}
