// The format of an error on gRPC: google.rpc.Status in the trailing metadata `grpc-status-details-bin`, with a google.rpc.ErrorInfo,
// which gRPC tools can read. https://google.aip.dev/193
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { readThrown } from '../spans/span.ts';
import { receiveError, type TracedError } from './errors.ts';

/** The trailing metadata in which gRPC libraries look for a `google.rpc.Status`. */
export const DETAILS_KEY = 'grpc-status-details-bin';
const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';

// https://github.com/googleapis/googleapis/blob/master/google/rpc/{status,error_details}.proto in part.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`);
const Status = root.lookupType('Status');
const ErrorInfo = root.lookupType('ErrorInfo');

/** The trailing metadata for a call that fails with `code` (a gRPC status). Details named `trace_id` or `span_id` are left out. */
export function toErrorMetadata(error: TracedError, code: number): Metadata {
  const { code: reason, message, service, trace_id, span_id } = error.fields;
  const { trace_id: _, span_id: __, ...details } = error.fields.details;
  const origin = { ...details, ...(trace_id && { trace_id }), ...(span_id && { span_id }) };
  // By convention the reason is upper snake case, and the domain, which defines it, is the service.
  const info = encode(ErrorInfo, { reason: reason.toUpperCase(), domain: service, metadata: origin });
  const status = encode(Status, { code, message, details: [{ typeUrl: ERROR_INFO, value: info }] });
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, status);
  return metadata;
}

/** The error of a rejected call, with the server's error as its `cause` if it sent one. */
export function withOrigin(error: unknown): unknown {
  const cause = error instanceof Error && fromServiceError(error as Partial<ServiceError>);
  // Unlike an assignment, this does not throw for a frozen error.
  if (cause) Reflect.set(error, 'cause', cause);
  return error;
}

/** The server's error in the error of a rejected call; undefined without one. */
export function fromServiceError(error: { metadata?: Metadata }): TracedError | undefined {
  const metadata = readThrown(error, 'metadata');
  const [bytes] = metadata instanceof Metadata ? metadata.get(DETAILS_KEY) : [];
  const status = Buffer.isBuffer(bytes) ? decode(Status, bytes) : undefined;
  const any = (status?.details as { typeUrl: string; value: Uint8Array }[] | undefined)?.find(
    (detail) => detail.typeUrl === ERROR_INFO,
  );
  const info = any && decode(ErrorInfo, any.value);
  if (!status || !info) return undefined;
  const { trace_id, span_id, ...details } = (info.metadata ?? {}) as Record<string, string>;
  const code = String(info.reason).toLowerCase();
  return receiveError({ code, message: status.message, service: info.domain, trace_id, span_id, details });
}

function encode(type: protobuf.Type, value: Record<string, unknown>): Buffer {
  return Buffer.from(type.encode(type.create(value)).finish());
}

/** Undefined for malformed bytes: a peer's error must not cause another one here. */
function decode(type: protobuf.Type, bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return type.toObject(type.decode(bytes), { defaults: true });
  } catch {
    return undefined;
  }
}
