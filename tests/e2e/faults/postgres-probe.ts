// The readiness probe of Postgres has a connection outside the pool.
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { openPostgresProbe } from '@trace-mesh/runtime/postgres-probe';
import { createLogger } from '@trace-mesh/tracing/logger';
import { expect, it } from 'vitest';
import { part } from './mesh.ts';

const { DATABASE_URL = '' } = part('migrations').spec.env;
const logger = createLogger({ write: () => undefined });

it('the readiness probe succeeds while all connections of the pool are busy', async () => {
  await using db = openDatabase(DATABASE_URL, logger);
  await using probe = openPostgresProbe(DATABASE_URL, logger);
  const taken = await Promise.all(Array.from({ length: db.options.max }, () => db.connect()));
  const queued = db.connect();
  await probe.answers();
  expect(db.waitingCount).toBe(1);
  for (const client of taken) client.release();
  (await queued).release();
});

it('the readiness probe fails while Postgres hangs and succeeds afterwards', async () => {
  await using probe = openPostgresProbe(DATABASE_URL, logger);
  await probe.answers();
  await part('postgres').pause();
  await expect(probe.answers()).rejects.toThrow('timeout');
  await part('postgres').resume();
  await expect.poll(() => probe.answers().then(() => true, String), { timeout: 10_000 }).toBe(true);
});
