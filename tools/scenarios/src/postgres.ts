// Postgres: a connection from the pool, and a transaction, all children of the request; then a single query elsewhere.
import { runJob } from './rest.ts';
import { client, consumer, inOtherTrace, parent, type Scenario, server } from './scenario.ts';

const request = server('rest-api', 'POST /api/jobs');
const read = server('rest-api', 'GET /api/jobs/:jobId');
const work = consumer('worker', 'process tasks');
const query = (service: string, name: string) => client(service, name, { 'db.system.name': 'postgresql' });

/** One statement for the task and its message. */
export const INSERT_TASK = 'INSERT tasks INSERT outbox SELECT new_task';

export const postgres: Scenario = {
  name: 'postgres',
  title: 'A connection from the pool, one transaction for a job and its task, and a query of the worker',
  teaches:
    'Pool, transaction and query are children of the request, also under concurrency; no literal of the SQL is kept.',
  rows: [22],
  edges: [
    ...['pg-pool.connect', 'BEGIN', INSERT_TASK, 'COMMIT'].map((name) =>
      parent(22, 'postgres', request, query('rest-api', name)),
    ),
    parent(22, 'postgres', read, query('rest-api', 'pg-pool.connect')),
    inOtherTrace(parent(22, 'postgres', work, query('worker', 'UPDATE tasks'))),
  ],
  async fire(options) {
    const { jobId, status, relatedTraceIds } = await runJob(options);
    return { jobId, status, relatedTraceIds };
  },
};
