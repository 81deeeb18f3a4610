// Redis for the mesh: the real server where the machine has one, else one written in JavaScript, on the same protocol.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createRedisMock } from 'js-redis-server';
import { z } from 'zod';
import { firstOnPath } from './on-path.ts';
import { runBinary } from './run-binary.ts';

const env = z
  .object({ HOST: z.string(), PORT: z.coerce.number(), RUN_DIR: z.string(), PATH: z.string().default('') })
  .parse(process.env);

// Streams and consumer groups as they are today came with 6.2.
const OLDEST = 6.2;

async function usableServer(): Promise<string | undefined> {
  const server = firstOnPath(env.PATH, 'redis-server', 'valkey-server');
  if (!server) return undefined;
  // A server that cannot run, or is too old, is as good as none.
  const answer = await promisify(execFile)(server, ['--version']).catch(() => ({ stdout: '' }));
  const [, version = '0'] = /v=(\d+\.\d+)/.exec(answer.stdout) ?? [];
  return Number(version) >= OLDEST ? server : undefined;
}

const server = await usableServer();
if (server) {
  const network = ['--bind', env.HOST, '--port', String(env.PORT)];
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--dir', env.RUN_DIR];
  const args = [...network, ...memoryOnly];
  process.exitCode = await runBinary({
    name: 'redis-server',
    command: server,
    args,
    stopSignal: 'SIGTERM',
    runDir: env.RUN_DIR,
  });
} else {
  await createRedisMock({ port: env.PORT });
  // As the real one does: it hangs up on its clients. The double's own `close` waits until they have gone by themselves.
  process.once('SIGTERM', () => process.exit(0));
}
