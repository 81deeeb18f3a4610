// How far the relay lags behind.
import { observeGauges } from '@trace-mesh/runtime/gauges';
import type { Database } from '@trace-mesh/runtime/postgres';
import type { Queue } from '@trace-mesh/tracing/sqs';

/** Unsent rows are counted up to this number: a count reads each of them. */
export const MAX_COUNTED = 10_000;

const GAUGES = {
  'mesh.outbox.messages.unsent': {
    unit: '{message}',
    description: `Messages of the outbox that are not sent yet, counted up to ${MAX_COUNTED}`,
  },
  'mesh.outbox.oldest.age': {
    unit: 's',
    description: 'Age of the oldest message that is not sent yet, 0 if all are',
  },
};

/** Both by the index of the unsent rows. */
const QUERY = `SELECT
  (SELECT count(*)::int FROM (SELECT 1 FROM outbox WHERE sent_at IS NULL AND queue = $1 LIMIT ${MAX_COUNTED}) counted) AS unsent,
  coalesce((SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM outbox
    WHERE sent_at IS NULL AND queue = $1 ORDER BY id LIMIT 1), 0) AS age`;

/** The values of the gauges for the messages to `queue`. */
export async function readOutbox(db: Pick<Database, 'query'>, queue: Pick<Queue, 'name'>) {
  const { rows } = await db.query<{ unsent: number; age: number }>(QUERY, [queue.name]);
  const [{ unsent, age } = { unsent: 0, age: 0 }] = rows;
  return { 'mesh.outbox.messages.unsent': unsent, 'mesh.outbox.oldest.age': age };
}

/** Observes the outbox of `queue`, until disposed. Every instance reports the same table: take the maximum, not the sum. */
export const observeOutbox = (db: Database, queue: Queue): Disposable =>
  observeGauges(GAUGES, { 'messaging.destination.name': queue.name }, () => readOutbox(db, queue));
