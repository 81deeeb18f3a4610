// Normalizes the spans of the stock gRPC instrumentation, without patch.ts, as tests of a service use it; applied by sdk/conventions.ts.
import type { Span } from '@opentelemetry/sdk-trace';
import { recordStatus } from './status.ts';

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
  if (span.attributes['rpc.system'] === undefined) return;
  for (const name of OLD) delete span.attributes[name];
  span.setAttribute('rpc.system.name', 'grpc');
  if (typeof service === 'string') {
    span.setAttribute('rpc.method', `${service}/${method}`);
    span.updateName(`${service}/${method}`);
  }
  if (typeof code === 'number') recordStatus(span, span.kind, code, span.status.message);
}
