// Who waits for a connection goes on in its own context. pg-pool calls the waiting from within whoever gives a connection
// back, and the instrumentation minds that only where there is a span: without this, the query of a health check that had
// to wait shows up in the trace of a stranger.
import { context } from '@opentelemetry/api';
import type { Pool, PoolClient } from 'pg';

type Connected = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/** Makes every wait of `pool` for a connection end in the context in which it began. */
export function keepContextWhileWaiting<P extends Pool>(pool: P): P {
  // pool.query comes through here as well; a promise needs no help, since `await` restores the context by itself.
  const connect = pool.connect.bind(pool) as (connected?: Connected) => Promise<PoolClient>;
  const connectInContext = (connected?: Connected) =>
    connected ? connect(context.bind(context.active(), connected)) : connect();
  return Object.assign(pool, { connect: connectInContext });
}
