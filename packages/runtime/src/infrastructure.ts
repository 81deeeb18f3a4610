// Which errors mean that a dependency (Postgres, Redis, a service over gRPC or HTTP) is unreachable for a while, so that the work is
// retried or answered with 503.
import { MAX_CAUSES } from '@trace-mesh/tracing/errors';
import { grpcCodeName } from '@trace-mesh/tracing/grpc-codes';
import { readThrown, textOf } from '@trace-mesh/tracing/span';

/** Node's codes for a connection that failed or broke. */
const CONNECTION = new Set(
  `ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN
  EHOSTUNREACH ENETUNREACH UND_ERR_SOCKET UND_ERR_CONNECT_TIMEOUT`.split(/\s+/),
);

/**
 * SQLSTATEs: connections (08), serialization failures and deadlocks (40), resources (53), a cancelled statement (57014), a server
 * that stops, crashed or starts (57P0x), a standby (25006), an idle transaction that timed out (25P03).
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const SQLSTATE = /^(08...|40001|40P01|53...|57014|57P0[1-5]|25006|25P03)$/;

/** `CANCELLED` is from a server that closed its streams: calls that are aborted here are not classified. */
const GRPC = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED']);

/** Errors without a code, of pg, pg-pool and ioredis. */
const MESSAGES = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Connection is closed.',
  'Command timed out',
  'Command aborted due to connection close',
  'Cluster is ended.',
  'None of startup nodes is available',
]);

/** Replies of a Redis that is loading, a replica, or busy. */
const REDIS_REPLY = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /;

/** True if the error, or one of its causes, means that a dependency is unreachable. */
export function isInfrastructureFailure(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    if (isUnreachable(cause)) return true;
    cause = readThrown(cause, 'cause');
  }
  return false;
}

function isUnreachable(error: Error): boolean {
  const [name, code] = [readThrown(error, 'name'), readThrown(error, 'code')];
  const message = textOf(error);
  if (typeof code === 'number') return GRPC.has(grpcCodeName(code) ?? '');
  if (typeof code === 'string' && (CONNECTION.has(code) || SQLSTATE.test(code))) return true;
  if (name === 'MaxRetriesPerRequestError' || MESSAGES.has(message)) return true;
  if (message.startsWith('Too many Cluster redirections')) return true;
  return name === 'ReplyError' && REDIS_REPLY.test(message);
}

/** The `error.type` of such a failure: `ECONNREFUSED`, `57P03`, `UNAVAILABLE`, or the error's name. */
export function failureType({ name, code }: Error & { code?: unknown }): string {
  if (typeof code === 'number') return grpcCodeName(code) ?? name;
  return typeof code === 'string' ? code : name;
}
