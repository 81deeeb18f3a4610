// Postgres: a pool as a resource, and transactions. The instrumentation makes a client span for each query.
import type { Logger } from '@trace-mesh/tracing/logger';
import { addsSqlComments, tracePool } from '@trace-mesh/tracing/postgres';
import { Pool, type PoolClient } from 'pg';
import { isInfrastructureFailure } from '../infrastructure.ts';
import { openPipeline } from './pipeline.ts';
import { prepareStatements } from './prepare.ts';

/** A pool of connections that is closed by disposing it. */
export type Database = Pool & AsyncDisposable;

/** How long a query waits for a free connection, in ms, before it fails. */
const POOL_CONNECT_TIMEOUT_MS = 5_000;
/** The default timeout of a query, in ms: a server that is reachable cancels it; otherwise the client stops waiting a second later. */
export const QUERY_TIMEOUT_MS = 5_000;
/** How long a transaction may be idle, in ms: a client that froze releases its locks after this. */
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;

/** How much longer than the server the client waits, in ms: a statement that the server cancels fails without its connection. */
const CLIENT_SLACK_MS = 1_000;

/**
 * Opens a pool (connections are made when first needed); disposing it waits for those in use. `connect` and `transaction` take a
 * connection, `query` shares one with other statements.
 */
export function openDatabase(
  connectionString: string,
  logger: Logger,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
): Database {
  const config = {
    connectionString,
    connectionTimeoutMillis: POOL_CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs + CLIENT_SLACK_MS,
    statement_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
  };
  const prepare = (pool: Pool) => {
    if (!addsSqlComments()) pool.on('connect', prepareStatements);
    // Without a listener, the error of a connection in use that breaks between two queries would exit the process. The next query
    // fails as well, and the pool closes the connection.
    pool.on('connect', (client) => client.on('error', () => undefined));
    // The same for an idle connection, which the pool replaces.
    pool.on('error', (error) => logger.warn({ err: error }, 'idle database connection broke'));
  };
  const pool = new Pool(config);
  prepare(pool);
  const pipeline = openPipeline(config, prepare);
  const traced = tracePool([pool, ...pipeline.pools], poolName(connectionString));
  return Object.assign(pool, {
    query: pipeline.query,
    async [Symbol.asyncDispose]() {
      traced[Symbol.dispose]();
      await Promise.all([pool.end(), pipeline[Symbol.asyncDispose]()]);
    },
  });
}

/** Server and database, without user and password. */
function poolName(connectionString: string): string {
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
}

/** Runs `work` in one transaction: commits when it resolves; rolls back, and rethrows, when it rejects. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that broke, on which a query may still run, or which cannot roll back is closed instead of reused; Postgres
    // then rolls back.
    if (isInfrastructureFailure(error)) broken = error as Error;
    else
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
    throw error;
  } finally {
    client.release(broken);
  }
}
