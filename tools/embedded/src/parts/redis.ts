// Redis: the server on PATH, else one in JavaScript with the same protocol.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { firstOnPath } from './on-path.ts';
import { startRedisDouble } from './redis-double.ts';
import { runBinary } from './run-binary.ts';

const env = z
  .object({ HOST: z.string(), PORT: z.coerce.number(), RUN_DIR: z.string(), PATH: z.string().default('') })
  .parse(process.env);

// The first version with the commands of streams and consumer groups that the services use.
const MIN_VERSION = 6.2;

async function usableServer(): Promise<string | undefined> {
  const server = firstOnPath(env.PATH, 'redis-server', 'valkey-server');
  if (!server) return undefined;
  const answer = await promisify(execFile)(server, ['--version']).catch(() => ({ stdout: '' }));
  const [, version = '0'] = /v=(\d+\.\d+)/.exec(answer.stdout) ?? [];
  return Number(version) >= MIN_VERSION ? server : undefined;
}

const server = await usableServer();
if (server) {
  const network = ['--bind', env.HOST, '--port', String(env.PORT)];
  const inMemory = ['--save', '', '--appendonly', 'no', '--dir', env.RUN_DIR];
  process.exitCode = await runBinary({
    name: 'redis-server',
    command: server,
    args: [...network, ...inMemory],
    stopSignal: 'SIGTERM',
    runDir: env.RUN_DIR,
  });
} else {
  await startRedisDouble(env.PORT);
  // Closes the connections of clients, as the real server does; the double's `close` waits for the clients.
  process.once('SIGTERM', () => process.exit(0));
}
