// A database of a given Postgres for one run, and an empty Redis.
import { Redis } from 'ioredis';
import pg from 'pg';

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Makes a database on the server of `url`, and drops it at the end. Throws where the user may not create one. */
export async function openDatabase(url: string, run: string): Promise<AsyncDisposable & { url: string }> {
  const name = `trace_mesh_${run}`;
  await execute(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = name;
  return {
    url: own.href,
    [Symbol.asyncDispose]: () => execute(url, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Empties it at the end. Throws where it is not empty: the mesh has no other names for its keys. */
export async function openRedis(url: string): Promise<AsyncDisposable> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  await redis.connect();
  const keys = await redis.dbsize();
  if (keys > 0) {
    redis.disconnect();
    throw new Error(`MESH_REDIS_URL has ${keys} keys (name an empty database, such as redis://host:6379/1)`);
  }
  return {
    async [Symbol.asyncDispose]() {
      await redis.flushdb();
      redis.disconnect();
    },
  };
}
