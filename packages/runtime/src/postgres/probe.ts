// Is Postgres there? Asked on a connection of its own: in the queue for the pool's, load would pass for an outage.

import type { Logger } from '@trace-mesh/tracing/logger';
import { Pool } from 'pg';
import { READINESS_TIMEOUT_MS } from '../health.ts';

/** A connection beside the pool, which may be full while the database is well. */
export interface PostgresProbe extends AsyncDisposable {
  /** A readiness check; rejects when the database answers no query within `READINESS_TIMEOUT_MS`. */
  answers(): Promise<void>;
}

/** Opens the probe; its connection is made when first needed, and again after it broke. */
export function openPostgresProbe(connectionString: string, logger: Logger): PostgresProbe {
  const pool = new Pool({
    connectionString,
    max: 1,
    connectionTimeoutMillis: READINESS_TIMEOUT_MS,
    query_timeout: READINESS_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', (error) => logger.warn({ err: error }, "the readiness check's connection broke"));
  return {
    async answers() {
      await pool.query('SELECT 1');
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
