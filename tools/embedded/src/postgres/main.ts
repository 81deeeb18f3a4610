// PostgreSQL on loopback. It ends with this process.
import { execFile } from 'node:child_process';
import { access, chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { runBinary } from '../parts/run-binary.ts';
import { postgresBinaries } from './binaries.ts';

const run = promisify(execFile);
const env = z
  .object({ HOST: z.string(), PORT: z.string(), POSTGRES_PASSWORD: z.string(), RUN_DIR: z.string() })
  .parse(process.env);

// Postgres refuses to run as root. 65534 is the unprivileged user of Linux.
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
const data = join(env.RUN_DIR, 'postgres');

async function makeCluster(bin: string): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  const passwordFile = join(env.RUN_DIR, 'postgres-password');
  await writeFile(passwordFile, env.POSTGRES_PASSWORD, { mode: 0o600 });
  if (user) for (const path of [data, passwordFile]) await chown(path, user.uid, user.gid);
  const identity = ['--username=mesh', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const options = ['--no-sync', '--no-instructions', '--encoding=UTF8', '--locale=C'];
  // initdb changes back to its working folder, which the other user may not enter: hence `cwd`.
  await run(join(bin, 'initdb'), ['-D', data, ...identity, ...options], { cwd: '/', ...user });
  await rm(passwordFile);
}

const bin = await postgresBinaries(dirname(env.RUN_DIR), user !== undefined);
const exists = await access(join(data, 'PG_VERSION')).then(
  () => true,
  () => false,
);
if (!exists) await makeCluster(bin);

process.exitCode = await runBinary({
  name: 'postmaster',
  command: join(bin, 'postgres'),
  // `-k ''`: no Unix socket, whose folder other servers would share. Commits survive a crash of the server; fsync guards
  // against a crash of the machine, which the mesh need not survive.
  args: [
    ...['-D', data, '-h', env.HOST, '-p', env.PORT, '-k', ''],
    ...['-c', 'fsync=off', '-c', 'max_connections=200'],
  ],
  stopSignal: 'SIGINT',
  runDir: env.RUN_DIR,
  user,
});
