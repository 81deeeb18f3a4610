// What a database pool has to say, read from the pool itself at each scrape. The instrumentation's own counters go by the
// pool's events, and pg-pool tells of a release before the connection is idle again: they show it as used for ever.
import { type BatchObservableResult, metrics } from '@opentelemetry/api';
import {
  ATTR_DB_CLIENT_CONNECTION_POOL_NAME,
  ATTR_DB_CLIENT_CONNECTION_STATE,
  METRIC_DB_CLIENT_CONNECTION_COUNT,
  METRIC_DB_CLIENT_CONNECTION_MAX,
  METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS,
} from '@opentelemetry/semantic-conventions/incubating';
import type { Pool } from 'pg';

/** Reports connections in use and idle, the limit, and who waits for one, until it is disposed. */
export function observePool(pool: Pool, connectionString: string): Disposable {
  const meter = metrics.getMeter('@trace-mesh/tracing');
  const count = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_COUNT, {
    unit: '{connection}',
    description: 'Connections of the pool, by whether they are in use',
  });
  const max = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_MAX, {
    unit: '{connection}',
    description: 'Connections that the pool may open',
  });
  const pending = meter.createObservableUpDownCounter(METRIC_DB_CLIENT_CONNECTION_PENDING_REQUESTS, {
    unit: '{request}',
    description: 'Queries that wait for a connection',
  });
  const name = { [ATTR_DB_CLIENT_CONNECTION_POOL_NAME]: poolName(connectionString) };

  const observe = (result: BatchObservableResult) => {
    const { totalCount, idleCount, waitingCount, options } = pool;
    const state = (value: string) => ({ ...name, [ATTR_DB_CLIENT_CONNECTION_STATE]: value });
    result.observe(count, idleCount, state('idle'));
    result.observe(count, totalCount - idleCount, state('used'));
    result.observe(pending, waitingCount, name);
    result.observe(max, options.max, name);
  };
  const instruments = [count, max, pending];
  meter.addBatchObservableCallback(observe, instruments);
  return { [Symbol.dispose]: () => meter.removeBatchObservableCallback(observe, instruments) };
}

/** Server and database, without user and password. */
function poolName(connectionString: string): string {
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
}
