// dd-trace and @sentry/node: in a folder with a lock file of its own, so that the workspace does not install them.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UsageError } from './options.ts';

const SOURCE = new URL('peers/', import.meta.url);
const LOCK = 'package-lock.json';
export const PEERS_FOLDER: string = fileURLToPath(new URL('../../.mesh/bench-peers', import.meta.url));

/** Installs the peers unless the installed ones have the same lock file. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const locked = await readFile(new URL(LOCK, SOURCE), 'utf8');
  // Written after a complete installation.
  const installed = await readFile(`${PEERS_FOLDER}/installed.json`, 'utf8').catch(() => '');
  if (installed === locked) return;
  say('overhead: installing dd-trace and @sentry/node into .mesh/bench-peers');
  await mkdir(PEERS_FOLDER, { recursive: true });
  for (const name of ['package.json', LOCK]) await cp(new URL(name, SOURCE), `${PEERS_FOLDER}/${name}`);
  try {
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: PEERS_FOLDER,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new UsageError('npm is not on PATH (install it, or leave out --peers)');
    const lines = String((error as { stderr?: string }).stderr)
      .trim()
      .split('\n');
    throw new UsageError(`npm ci failed in ${PEERS_FOLDER}: ${lines[0]}`);
  }
  await cp(new URL(LOCK, SOURCE), `${PEERS_FOLDER}/installed.json`);
}
