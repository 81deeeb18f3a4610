import { runner } from 'node-pg-migrate';
import pg from 'pg';

/** Applies the pending migrations to a database; resolves with their names, none where it is up to date. */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  // node-pg-migrate does not wait for the end of a connection of its own, and does not listen for its errors: a server that stops
  // in that moment would end the process.
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const applied = await runner({
      dbClient: client,
      dir: new URL('../migrations', import.meta.url).pathname,
      direction: 'up',
      migrationsTable: 'migrations',
      log: () => {},
    });
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
