// Statements outside transactions share connections: a statement is sent while others wait for their answers, so that Postgres reads
// several at once and wakes fewer processes. Each is a transaction of its own, as on a connection of its own.
import { Pool, type PoolClient, type PoolConfig } from 'pg';

/** Connections for statements. Postgres runs the statements of one connection one after the other. */
const CONNECTIONS = 4;

interface Lane {
  pool: Pool;
  /** Statements that wait for their answer. */
  waiting: number;
}

export interface Pipeline extends AsyncDisposable {
  /** Sends a statement on the connection with the fewest waiting ones. Arguments, result and rejections are those of `client.query`. */
  query: Pool['query'];
  pools: readonly Pool[];
}

/** Opens connections when first needed; disposing waits for the statements that were sent. */
export function openPipeline(config: PoolConfig, opened: (pool: Pool) => void): Pipeline {
  const lanes = Array.from({ length: CONNECTIONS }, (): Lane => {
    const pool = new Pool({ ...config, max: 1, pipeline: true });
    opened(pool);
    return { pool, waiting: 0 };
  });

  async function query(...args: unknown[]): Promise<unknown> {
    const lane = lanes.reduce((least, other) => (other.waiting < least.waiting ? other : least));
    lane.waiting += 1;
    try {
      return await send(lane.pool, args);
    } finally {
      lane.waiting -= 1;
    }
  }

  return {
    query: query as Pool['query'],
    pools: lanes.map(({ pool }) => pool),
    async [Symbol.asyncDispose]() {
      await Promise.all(lanes.map(({ pool }) => pool.end()));
    },
  };
}

/** Returns the connection to the pool as soon as the statement is sent, so that the next one can follow. */
function send(pool: Pool, args: unknown[]): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  pool.connect((error, client, release) => {
    const callback = args.findLast((arg) => typeof arg === 'function');
    if (!client) return callback ? resolve(callback(error)) : reject(error);
    const query = client.query as (this: PoolClient, ...args: unknown[]) => Promise<unknown>;
    resolve(query.apply(client, args));
    release();
  });
  return promise;
}
