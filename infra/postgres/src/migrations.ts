import { runner } from 'node-pg-migrate';

/** Applies the pending migrations to a database; resolves with their names, none where it is up to date. */
export async function applyMigrations(databaseUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: new URL('../migrations', import.meta.url).pathname,
    direction: 'up',
    migrationsTable: 'migrations',
    log: () => {},
  });
  return applied.map(({ name }) => name);
}
