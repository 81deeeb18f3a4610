// How a call ends, as the other side sees it: an expected failure speaks for itself, anything else is a bug and says so.
import * as grpc from '@grpc/grpc-js';

/** An expected failure of a handler: the caller sees this status and message, and nothing else. */
export class RpcError extends Error {
  override name = 'RpcError';
  readonly code: grpc.status;
  constructor(code: grpc.status, message: string) {
    super(message);
    this.code = code;
  }
}

/** What grpc-js sends for a rejected handler: an `RpcError`'s own status, else `INTERNAL` without details. */
export function statusOf(error: unknown): grpc.ServiceError {
  const { code, message } =
    error instanceof RpcError ? error : new RpcError(grpc.status.INTERNAL, 'internal error');
  return Object.assign(new Error(message), { code, details: message, metadata: new grpc.Metadata() });
}

/** A caller whose time is up leaves a little before the server's own clock says so: it started counting earlier. */
export const DEADLINE_SLACK_MS = 50;

/** Why a call ended before it was answered; `deadline` in ms since the epoch. */
export function goneError(deadline: number, now = Date.now()): RpcError {
  return deadline - now <= DEADLINE_SLACK_MS
    ? new RpcError(grpc.status.DEADLINE_EXCEEDED, 'the deadline passed')
    : new RpcError(grpc.status.CANCELLED, 'the caller left');
}
