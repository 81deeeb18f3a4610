// Readiness of Postgres, on a separate connection: a wait for one of the pool's would make load look like an outage.
import type { Logger } from '@trace-mesh/tracing/logger';
import { Pool } from 'pg';
import { READINESS_TIMEOUT_MS } from '../health.ts';

export interface PostgresProbe extends AsyncDisposable {
  /** Rejects if the database does not answer a query within `READINESS_TIMEOUT_MS`. */
  answers(): Promise<void>;
}

/** Opens the probe. It connects with the first check, and again after its connection broke. */
export function openPostgresProbe(connectionString: string, logger: Logger): PostgresProbe {
  const pool = new Pool({
    connectionString,
    max: 1,
    connectionTimeoutMillis: READINESS_TIMEOUT_MS,
    query_timeout: READINESS_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', (error) => logger.warn({ err: error }, 'readiness connection broke'));
  return {
    async answers() {
      await pool.query('SELECT 1');
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
