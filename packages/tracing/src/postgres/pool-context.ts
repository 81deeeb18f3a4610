// pg-pool calls a waiting caller from within the call that releases a connection. The instrumentation restores the caller's
// context only if it holds a span: a health check's query that waited would appear in the trace of another request.
import { context } from '@opentelemetry/api';
import type { Pool, PoolClient } from 'pg';

type Connected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/** Makes `pool.connect`, and `pool.query` above it, call back in the context in which they were called. */
export function keepContextWhileWaiting(pool: Pool): void {
  // A promise needs nothing: `await` restores the context.
  const connect = pool.connect.bind(pool) as (connected?: Connected) => Promise<PoolClient>;
  const connectInContext = (connected?: Connected) =>
    connected ? connect(context.bind(context.active(), connected)) : connect();
  Object.assign(pool, { connect: connectInContext });
}
