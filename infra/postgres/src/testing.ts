// For tests: a real Postgres without Docker.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pRetry from 'p-retry';
import { applyMigrations } from './migrations.ts';

const LIFELINE = new URL('../../../scripts/lifeline.ts', import.meta.url).href;
const SERVER = new URL('./server/main.ts', import.meta.url).pathname;
const POLL_MS = 50;
const START_TIMEOUT_MS = 60_000;

/** Why a server that is starting refuses connections: no socket yet, no listener yet, `cannot_connect_now`. */
const NOT_YET = ['ENOENT', 'ECONNREFUSED', '57P03'];

/** A Postgres for one test file, with the migrations applied. Disposing it ends the server and deletes the data. */
export interface TestPostgres extends AsyncDisposable {
  url: string;
  /** The path of its Unix socket; it listens on no port. */
  socketPath: string;
  /** Ends the server and starts it again with its data. */
  restart(): Promise<void>;
}

/** Starts the server; it also ends when the calling process is killed. Rejects with its log when it does not start. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'mesh-postgres-'));
  // As root, another user runs the server.
  await chmod(folder, 0o755);
  const socketFolder = join(folder, 'postgres');
  const url = `postgres://mesh:mesh@localhost/postgres?host=${socketFolder}`;
  let server = await startServer(folder, url);
  const stop = async () => {
    server.kill();
    await server.ended;
  };
  return {
    url,
    socketPath: join(socketFolder, '.s.PGSQL.5432'),
    async restart() {
      await stop();
      server = await startServer(folder, url);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The process around the server, once the database at `url` has the migrations. */
async function startServer(folder: string, url: string) {
  const server = execa(process.execPath, ['--import', LIFELINE, SERVER], {
    env: { RUN_DIR: folder, POSTGRES_PASSWORD: 'mesh', HOST: '' },
    // It ends when the pipe at fd 3 closes.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const migrated = pRetry(() => applyMigrations(url), {
    retries: START_TIMEOUT_MS / POLL_MS,
    factor: 1,
    minTimeout: POLL_MS,
    shouldRetry: ({ error }) => 'code' in error && NOT_YET.includes(String(error.code)),
  });
  await Promise.race([migrated, server.then(() => Promise.reject(new Error('Postgres ended')))]);
  return { kill: () => server.kill(), ended: server };
}
