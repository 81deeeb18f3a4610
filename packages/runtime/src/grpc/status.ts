// The status of a failed call: expected errors have their own, others are reported without details.
import * as grpc from '@grpc/grpc-js';
import { toErrorMetadata } from '@trace-mesh/tracing/error-grpc';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import { isInfrastructureFailure } from '../infrastructure.ts';

/** An expected failure of a handler. The caller receives status, message, reason and origin only. */
export class RpcError extends Error {
  override name = 'RpcError';
  readonly code: grpc.status;
  /** Stable, for programs, in lower snake case; by default the status's name. */
  readonly reason: string;
  constructor(code: grpc.status, message: string, reason = grpc.status[code].toLowerCase()) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/**
 * The error for grpc-js of a rejected handler: an `RpcError`'s own status, `UNAVAILABLE` if a dependency is unreachable, else
 * `INTERNAL`, both without details; the trailing metadata has the origin.
 */
export function statusOf(error: unknown): grpc.ServiceError {
  const { code, message, reason } = error instanceof RpcError ? error : unexpected(error);
  const cause = wrapErrorWithTrace(error, { code: reason, message });
  const metadata = toErrorMetadata(cause, code);
  return Object.assign(new Error(message, { cause }), { code, details: message, metadata });
}

const unexpected = (error: unknown): RpcError =>
  isInfrastructureFailure(error)
    ? new RpcError(grpc.status.UNAVAILABLE, 'a dependency of this service is unreachable')
    : new RpcError(grpc.status.INTERNAL, 'internal error');

/** A caller's deadline passes slightly before the server's, since it starts earlier. */
export const DEADLINE_SLACK_MS = 50;

/** Why a call ended before it was answered; `deadline` in ms since the epoch. */
export function goneError(deadline: number, now = Date.now()): RpcError {
  return deadline - now <= DEADLINE_SLACK_MS
    ? new RpcError(grpc.status.DEADLINE_EXCEEDED, 'the deadline passed')
    : new RpcError(grpc.status.CANCELLED, 'the caller left');
}
