import { Redis } from 'ioredis';
import { Pool } from 'pg';

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
const redis = new Redis(REDIS_URL);

/** One SELECT, one SET, one GET; the value that was stored. */
export async function useStores(item: string): Promise<string | null> {
  const { rows } = await pool.query('SELECT $1::int AS item', [Number(item)]);
  await redis.set(`bench:${item}`, String(rows[0].item));
  return redis.get(`bench:${item}`);
}
