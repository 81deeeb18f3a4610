// A traced pool of `pg`: queries that waited for a connection stay in their trace, and the pool has metrics.
import type { Pool } from 'pg';
import { keepContextWhileWaiting } from './pool-context.ts';
import { observePool } from './pool-metrics.ts';

/** Traces `pool`, which is `name` in its metrics, such as `db:5432/mesh`. Disposing the result ends the metrics. */
export function tracePool(pool: Pool, name: string): Disposable {
  keepContextWhileWaiting(pool);
  return observePool(pool, name);
}
