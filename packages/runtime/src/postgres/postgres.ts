// Postgres: a pool as a resource, and transactions. The instrumentation makes a client span for each query.

import type { Logger } from '@trace-mesh/tracing/logger';
import { keepContextWhileWaiting } from '@trace-mesh/tracing/pool-context';
import { observePool } from '@trace-mesh/tracing/pool-metrics';
import { Pool, type PoolClient } from 'pg';
import { isInfrastructureFailure } from '../infrastructure.ts';

/** A pool of connections that is closed by disposing it. */
export type Database = Pool & AsyncDisposable;

/** How long a query waits for a free connection, in ms, before it fails. */
const POOL_CONNECT_TIMEOUT_MS = 5_000;
/** How long one query may take, in ms: the client waits no longer, and a server that can still hear it cancels it. */
export const QUERY_TIMEOUT_MS = 5_000;
/** How long a transaction may do nothing, in ms: a client that froze holds its locks no longer than this. */
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;

/** Opens a pool (connections are made when first needed); disposing it waits for those in use. */
export function openDatabase(
  connectionString: string,
  logger: Logger,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
): Database {
  const pool = keepContextWhileWaiting(
    new Pool({
      connectionString,
      connectionTimeoutMillis: POOL_CONNECT_TIMEOUT_MS,
      query_timeout: queryTimeoutMs,
      statement_timeout: queryTimeoutMs,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      keepAlive: true,
    }),
  );
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle database connection broke'));
  const observed = observePool(pool, connectionString);
  return Object.assign(pool, {
    async [Symbol.asyncDispose]() {
      observed[Symbol.dispose]();
      await pool.end();
    },
  });
}

/** Runs `work` in one transaction: committed when it resolves, rolled back, and the error passed on, when it rejects. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two queries says so here, and without a listener would end the process; whoever
  // asks next is told as well.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that broke, or on which a query may still be running, is not given back to the pool; Postgres rolls
    // back what it leaves. Nor is one that cannot even roll back.
    if (isInfrastructureFailure(error)) broken = error as Error;
    else
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
