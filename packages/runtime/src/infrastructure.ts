// Which errors say that something which work stands on is out of reach for a while (Postgres, Redis, a service over gRPC or
// HTTP), and not that the work itself is wrong. The one place that knows: whoever retries, or answers 503, asks here.
import { MAX_CAUSES } from '@trace-mesh/tracing/errors';
import { grpcCodeName } from '@trace-mesh/tracing/grpc-codes';
import { readThrown, textOf } from '@trace-mesh/tracing/span';

/** What Node says of a connection that cannot be made, or broke. */
const CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * SQLSTATEs: connections (08), transactions that lost against others (40), resources (53), a statement that was cancelled
 * (57014) or a server that stops, crashed or starts (57P0x), one that is a standby still (25006).
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const SQLSTATE = /^(08...|40001|40P01|53...|57014|57P0[1-5]|25006|25P03)$/;

/** gRPC's `CANCELLED` is a server that cut its streams: a call that we gave up ourselves is not asked about here. */
const GRPC = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED']);

/** Errors without a code: pg's and pg-pool's of their connections, ioredis' of its own. */
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
]);

/** Replies of a Redis that loads its data, is a replica still, or is busy. */
const REDIS_REPLY = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /;

/** True where something else is out of reach, so that the same step may well succeed a little later. Looks at causes too. */
export function isInfrastructureFailure(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth++) {
    if (saysSo(cause)) return true;
    cause = readThrown(cause, 'cause');
  }
  return false;
}

function saysSo(error: Error): boolean {
  const [name, code] = [readThrown(error, 'name'), readThrown(error, 'code')];
  const message = textOf(error);
  if (typeof code === 'number') return GRPC.has(grpcCodeName(code) ?? '');
  if (typeof code === 'string' && (CONNECTION.has(code) || SQLSTATE.test(code))) return true;
  if (name === 'MaxRetriesPerRequestError' || MESSAGES.has(message)) return true;
  return name === 'ReplyError' && REDIS_REPLY.test(message);
}

/** What such a failure is, in a word, for spans and logs: `ECONNREFUSED`, `57P03`, `UNAVAILABLE`, or the error's name. */
export function failureType({ name, code }: Error & { code?: unknown }): string {
  if (typeof code === 'number') return grpcCodeName(code) ?? name;
  return typeof code === 'string' ? code : name;
}
