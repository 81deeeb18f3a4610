// A process with the tracing preload that uses one pooled connection in every way, and prints what it saw. Started by
// postgres-connections.test.ts.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { openDatabase, transaction } from '@trace-mesh/runtime/postgres';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { createLogger } from '@trace-mesh/tracing/logger';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import pg, { type PoolClient } from 'pg';
import QueryStream from 'pg-query-stream';

// biome-ignore lint/suspicious/noExplicitAny: pg-cursor has no types of its own
const Cursor = createRequire(import.meta.url)('pg-cursor') as any;
const seen: Record<string, unknown> = {};
const db = openDatabase(process.env.DATABASE_URL ?? '', createLogger({ write: () => undefined }));
const outside = <T>(work: () => T) => context.with(ROOT_CONTEXT, work);

// The connection is opened in this trace; whatever runs later must not be in it.
await withSpan('opener', {}, async () => {
  seen.opener = activeTraceId();
  await db.query('SELECT 1');
});
await outside(async () => {
  seen['callback of a query outside'] = await new Promise((resolve) => {
    db.query('SELECT 2', [], () => resolve(activeTraceId() ?? null));
  });
  seen['callback in a configuration'] = await new Promise((resolve, reject) => {
    const config = { text: 'SELECT 3', callback: () => resolve(activeTraceId() ?? null) };
    db.connect((error, client, release) => {
      if (error || !client) return reject(error);
      client.query(config as never);
      client.once('drain', () => release());
    });
  });
});
const baggage = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
seen['baggage in a callback'] = await context.with(
  baggage,
  () =>
    new Promise((resolve) => {
      db.query('SELECT 4', [], () =>
        resolve(propagation.getBaggage(context.active())?.getEntry('a')?.value ?? null),
      );
    }),
);

const client = await db.connect();
for (const event of ['notification', 'notice', 'drain'] as const) {
  client.once(event, () => {
    seen[event] = activeTraceId() ?? null;
  });
}
await client.query('LISTEN things');
await client.query("DO $$ BEGIN RAISE NOTICE 'n'; END $$");
const notified = once(client, 'notification');
await client.query("NOTIFY things, 'x'");
await notified;

/** Reads `query` to its end by its events. */
async function rowsOf(query: InstanceType<typeof pg.Query>): Promise<unknown[]> {
  const rows: unknown[] = [];
  (query as unknown as NodeJS.EventEmitter).on('row', (row) => rows.push(row));
  client.query(query);
  await once(query as unknown as NodeJS.EventEmitter, 'end');
  return rows;
}
const NUMBERS = 'SELECT n FROM generate_series(1, 5) AS n';

const traceId = await withSpan('work', {}, async () => {
  const query = new pg.Query(`${NUMBERS} WHERE n > 0`);
  const own = activeTraceId();
  (query as unknown as NodeJS.EventEmitter).on('end', () => {
    seen['end of a query object'] = activeTraceId() === own;
  });
  seen.query = await rowsOf(query);
  seen['query by callback'] = await new Promise((resolve) => {
    client.query(
      new pg.Query(`${NUMBERS} WHERE n > 1`) as never,
      ((_: unknown, result: { rows: unknown[] }) => resolve(result.rows.length)) as never,
    );
  });
  seen.named = await rowsOf(new pg.Query({ name: 'numbers', text: `${NUMBERS} WHERE n > 2`, values: [] }));
  const cursor = client.query(new Cursor(`${NUMBERS} WHERE n > $1`, [0])) as InstanceType<typeof Cursor>;
  seen.cursor = [
    (await cursor.read(2)).length,
    (await cursor.read(10)).length,
    (await cursor.read(1)).length,
  ];
  const left = client.query(new Cursor(`${NUMBERS} WHERE n < 6`, [])) as InstanceType<typeof Cursor>;
  seen['cursor that is closed'] = (await left.read(1)).length;
  await left.close();
  const streamed: unknown[] = [];
  for await (const row of client.query(new QueryStream(`${NUMBERS} WHERE n < 7`))) streamed.push(row);
  seen.stream = streamed.length;
  seen['query that fails'] = await new Promise((resolve) => {
    client.query(
      new pg.Query("SELECT 'secret'::uuid") as never,
      ((error: { code: string }) => resolve(error.code)) as never,
    );
  });
  seen.comment = (
    await rowsOf(new pg.Query('SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()'))
  )[0];
  seen['lazy work in a transaction'] = await withSpan('lazy', {}, (span) =>
    transaction(db, ((tx: PoolClient) =>
      lazy(() => tx.query('SELECT 9'), span.spanContext().traceId)) as never),
  );
  return own;
});
client.release();

/** A query builder's promise, whose work starts with `then`. */
function lazy(work: () => Promise<unknown>, expected: string) {
  return {
    // biome-ignore lint/suspicious/noThenProperty: as query builders do
    then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
      const here = activeTraceId();
      work().then(() => resolve(here === expected), reject);
    },
  };
}

await db[Symbol.asyncDispose]();
await shutdownTelemetry();
console.log(JSON.stringify({ traceId, seen }));
process.exit(0);
