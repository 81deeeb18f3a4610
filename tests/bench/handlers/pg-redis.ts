import express from 'express';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { serveHttp } from './serve-http.ts';

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
const redis = new Redis(REDIS_URL);

const app = express().get('/work/:item', async ({ params: { item } }, response) => {
  const { rows } = await pool.query('SELECT $1::int AS item', [Number(item)]);
  await redis.set(`bench:${item}`, String(rows[0].item));
  response.json({ item: await redis.get(`bench:${item}`) });
});
await serveHttp(app);
