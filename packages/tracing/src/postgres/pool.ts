// Metrics of a pool, read from it at each collection. The instrumentation counts by the pool's events, and pg-pool emits `release`
// before the connection is idle: such a connection would stay in use in its count.
import { type BatchObservableResult, metrics } from '@opentelemetry/api';
import { getBooleanFromEnv } from '@opentelemetry/core';
import type { Pool } from 'pg';

/** Whether a comment with the traceparent is added to the SQL, which is then another text each time. */
export const addsSqlComments = (): boolean =>
  getBooleanFromEnv('OTEL_INSTRUMENTATION_PG_SQLCOMMENTER') === true;

type Counted = Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>;

/**
 * Reports used and idle connections, the limit, and waiting requests of a pool, or the sums of several, until the result is disposed.
 * `name` names it in the metrics, such as `db:5432/mesh`. The preload makes its spans and binds its callbacks (postgres/patch.ts).
 */
export function tracePool(pool: Counted | readonly Counted[], name: string): Disposable {
  const pools = [pool].flat();
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const limit = sum(pools.map(({ options }) => options.max));
  const meter = metrics.getMeter('@trace-mesh/tracing');
  const count = meter.createObservableUpDownCounter('db.client.connection.count', {
    unit: '{connection}',
    description: 'Connections of the pool, by whether they are in use',
  });
  const max = meter.createObservableUpDownCounter('db.client.connection.max', {
    unit: '{connection}',
    description: 'Connections that the pool may open',
  });
  const pending = meter.createObservableUpDownCounter('db.client.connection.pending_requests', {
    unit: '{request}',
    description: 'Queries that wait for a connection',
  });
  const named = { 'db.client.connection.pool.name': name };

  const observe = (result: BatchObservableResult) => {
    const idle = sum(pools.map(({ idleCount }) => idleCount));
    const total = sum(pools.map(({ totalCount }) => totalCount));
    const waiting = sum(pools.map(({ waitingCount }) => waitingCount));
    const state = (value: string) => ({ ...named, 'db.client.connection.state': value });
    result.observe(count, idle, state('idle'));
    result.observe(count, total - idle, state('used'));
    result.observe(pending, waiting, named);
    result.observe(max, limit, named);
  };
  const instruments = [count, max, pending];
  meter.addBatchObservableCallback(observe, instruments);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, instruments) };
}
