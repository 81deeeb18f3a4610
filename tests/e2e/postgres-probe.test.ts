// Readiness under load: whoever uses every connection that there is still finds Postgres there, and only then.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { openDatabase } from '@trace-mesh/runtime/postgres';
import { openPostgresProbe } from '@trace-mesh/runtime/postgres-probe';
import { createLogger } from '@trace-mesh/tracing/logger';
import { afterAll, expect, it } from 'vitest';

const mesh = await startMesh({ only: ['postgres'] });
afterAll(() => mesh.stop());
const ready = mesh.processes.get('postgres')?.spec.ready;
const DATABASE_URL = ready && 'postgres' in ready ? ready.postgres : '';
const logger = createLogger({ write: () => undefined });

it('waits behind no work', async () => {
  await using db = openDatabase(DATABASE_URL, logger);
  await using probe = openPostgresProbe(DATABASE_URL, logger);
  const taken = await Promise.all(Array.from({ length: db.options.max }, () => db.connect()));
  const queued = db.query('SELECT 1');
  await probe.answers();
  expect(db.waitingCount).toBe(1);
  for (const client of taken) client.release();
  await queued;
});

it('says so when nothing answers, and when it does again', async () => {
  await using probe = openPostgresProbe(DATABASE_URL, logger);
  await probe.answers();
  const postgres = mesh.processes.get('postgres');
  await postgres?.pause();
  await expect(probe.answers()).rejects.toThrow('timeout');
  await postgres?.resume();
  await expect.poll(() => probe.answers().then(() => true, String), { timeout: 10_000 }).toBe(true);
});
