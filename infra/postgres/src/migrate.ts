// Applies the pending migrations and exits. Run it before any service; running it again changes nothing.
import { applyMigrations } from './migrations.ts';

const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('DATABASE_URL is not set (set it to the connection string of the database)');
  process.exit(1);
}

const applied = await applyMigrations(databaseUrl);
console.log(applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`);
