// Postgres: a connection from the pool, and a transaction, all children of the request; then a single query elsewhere.
import { client, consumer, parent, type Scenario, server } from './scenario.ts';
import { runTaskOverRest } from './task-listener.ts';

const request = server('rest-api', 'POST /api/tasks');
const work = consumer('worker', 'process tasks');
const query = (service: string, name: string) => client(service, name, { 'db.system.name': 'postgresql' });

export const postgres: Scenario = {
  name: 'postgres',
  title: 'A connection from the pool, one transaction for task and outbox row, and a query of the worker',
  teaches:
    'Pool, transaction and query are children of the request, also under concurrency; no literal of the SQL is kept.',
  rows: [22],
  makesTask: true,
  edges: [
    ...['pg-pool.connect', 'BEGIN', 'INSERT tasks', 'INSERT outbox', 'COMMIT'].map((name) =>
      parent(22, 'postgres', request, query('rest-api', name)),
    ),
    parent(22, 'postgres', work, query('worker', 'UPDATE tasks')),
  ],
  async fire(options) {
    const { taskId, end } = await runTaskOverRest(options);
    return { taskId, status: end.status };
  },
};
