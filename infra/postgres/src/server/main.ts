// PostgreSQL for development and tests, without Docker. It ends with this process.
import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasAccess, postgresBinaries } from './binaries.ts';
import { serverHome, serverUser as user } from './home.ts';
import { runBinary } from './run-binary.ts';

const run = promisify(execFile);
/** HOST: the address to listen on; without one, a Unix socket in the folder of the data, RUN_DIR/postgres. */
const { HOST = '', PORT = '5432', POSTGRES_PASSWORD = '', RUN_DIR = '' } = process.env;
const data = join(RUN_DIR, 'postgres');

async function makeCluster(bin: string): Promise<void> {
  await mkdir(data, { mode: 0o700 });
  const passwordFile = join(RUN_DIR, 'postgres-password');
  await writeFile(passwordFile, POSTGRES_PASSWORD, { mode: 0o600 });
  if (user) for (const path of [data, passwordFile]) await chown(path, user.uid, user.gid);
  const identity = ['--username=mesh', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const options = ['--no-sync', '--no-instructions', '--encoding=UTF8', '--locale=C'];
  // initdb changes back to its working folder, which the other user may not enter: hence `cwd`.
  await run(join(bin, 'initdb'), ['-D', data, ...identity, ...options], { cwd: '/', ...user });
  await rm(passwordFile);
}

const bin = await postgresBinaries(await serverHome(), user !== undefined);
if (!(await hasAccess(join(data, 'PG_VERSION')))) await makeCluster(bin);

process.exitCode = await runBinary({
  command: join(bin, 'postgres'),
  // Commits survive a crash of the server; fsync guards against a crash of the machine, which the data need not survive.
  args: [
    ...['-D', data, '-h', HOST, '-p', PORT, '-k', HOST ? '' : data],
    ...['-c', 'fsync=off', '-c', 'max_connections=200'],
  ],
  stopSignal: 'SIGINT',
  user,
});
