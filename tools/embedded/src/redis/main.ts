// Redis: the server on PATH, else one in JavaScript with the same protocol.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runBinary } from '@trace-mesh/postgres/run-binary';
import { z } from 'zod';
import { startRedisDouble } from './double.ts';

const env = z.object({ HOST: z.string(), PORT: z.string(), RUN_DIR: z.string() }).parse(process.env);

// The first version with the commands of streams and consumer groups that the services use.
const MIN_VERSION = 6.2;

async function isUsable(command: string): Promise<boolean> {
  const answer = await promisify(execFile)(command, ['--version']).catch(() => ({ stdout: '' }));
  const [, version = '0'] = /v=(\d+\.\d+)/.exec(answer.stdout) ?? [];
  return Number(version) >= MIN_VERSION;
}

const usable = await Promise.all(
  ['redis-server', 'valkey-server'].map(async (name) => [name, await isUsable(name)] as const),
);
const [command] = usable.find(([, is]) => is) ?? [];
if (command) {
  const network = ['--bind', env.HOST, '--port', env.PORT];
  const inMemory = ['--save', '', '--appendonly', 'no', '--dir', env.RUN_DIR];
  process.exitCode = await runBinary({ command, args: [...network, ...inMemory], stopSignal: 'SIGTERM' });
} else {
  // js-redis-server throws an error for each optional argument that a command does not have.
  Error.stackTraceLimit = 0;
  await startRedisDouble(Number(env.PORT));
  // Closes the connections of clients, as the real server does; the double's `close` waits for the clients.
  process.once('SIGTERM', () => process.exit(0));
}
