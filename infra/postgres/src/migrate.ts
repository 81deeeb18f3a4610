// Applies the pending migrations and exits. Run it before any service; running it again changes nothing.
import { runner } from 'node-pg-migrate';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('DATABASE_URL is not set (set it to the connection string of the database)');
  process.exit(1);
}

const applied = await runner({
  databaseUrl,
  dir: new URL('../migrations', import.meta.url).pathname,
  direction: 'up',
  migrationsTable: 'migrations',
  log: () => {},
});
console.log(applied.length === 0 ? 'up to date' : `applied ${applied.map(({ name }) => name).join(', ')}`);
