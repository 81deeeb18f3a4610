// How a call ends, as the other side sees it: an expected failure speaks for itself, anything else is a bug and says so.
import * as grpc from '@grpc/grpc-js';
import { toErrorMetadata } from '@trace-mesh/tracing/error-grpc';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import { isInfrastructureFailure } from '../infrastructure.ts';

/** An expected failure of a handler: the caller sees status, message and reason, where it arose, and nothing else. */
export class RpcError extends Error {
  override name = 'RpcError';
  readonly code: grpc.status;
  /** Stable, for programs, in lower snake case; by default the status in words. */
  readonly reason: string;
  constructor(code: grpc.status, message: string, reason = grpc.status[code].toLowerCase()) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

/**
 * What grpc-js sends for a rejected handler: an `RpcError`'s own status, `UNAVAILABLE` where something that it needs is out
 * of reach, else `INTERNAL`, both without details; and where it arose, in the trailing metadata.
 */
export function statusOf(error: unknown): grpc.ServiceError {
  const { code, message, reason } = error instanceof RpcError ? error : unexpected(error);
  const cause = wrapErrorWithTrace(error, { code: reason, message });
  const metadata = toErrorMetadata(cause, code);
  return Object.assign(new Error(message, { cause }), { code, details: message, metadata });
}

const unexpected = (error: unknown): RpcError =>
  isInfrastructureFailure(error)
    ? new RpcError(grpc.status.UNAVAILABLE, 'something that this service needs is out of reach')
    : new RpcError(grpc.status.INTERNAL, 'internal error');

/** A caller whose time is up leaves a little before the server's own clock says so: it started counting earlier. */
export const DEADLINE_SLACK_MS = 50;

/** Why a call ended before it was answered; `deadline` in ms since the epoch. */
export function goneError(deadline: number, now = Date.now()): RpcError {
  return deadline - now <= DEADLINE_SLACK_MS
    ? new RpcError(grpc.status.DEADLINE_EXCEEDED, 'the deadline passed')
    : new RpcError(grpc.status.CANCELLED, 'the caller left');
}
