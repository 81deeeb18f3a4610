// The folder with the data of one mesh. Removed when the mesh stops; after a crash, by the next start.
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverHome } from '@trace-mesh/postgres/home';
import { MeshError } from './mesh-error.ts';
import { identityOf, killTree, livingPid } from './processes.ts';

const OWNER = 'owner';
const RECORD = '.pids';

/** Records the processes of `name` in the run folder, so that a later start can end them after a crash. */
export async function recordProcesses(runDir: string, name: string, pids: number[]): Promise<void> {
  const identities = await Promise.all(pids.map(identityOf));
  await writeFile(join(runDir, name + RECORD), identities.join('\n'));
}

/** Ends the recorded processes that still run, then removes the folder. */
export async function removeRunDir(runDir: string): Promise<void> {
  const files = await readdir(runDir).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(RECORD))) {
    for (const identity of (await readFile(join(runDir, file), 'utf8')).split('\n')) {
      const pid = await livingPid(identity);
      if (pid) await killTree(pid);
    }
  }
  // A killed process may still write its last file: hence the retries.
  await rm(runDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

async function removeStale(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const [, pid] = /^run-(\d+)-/.exec(name) ?? [];
    if (!pid) continue;
    const runDir = join(home, name);
    const owner = await readFile(join(runDir, OWNER), 'utf8').catch(() => '');
    // Without an owner the folder is being made, or its launcher crashed while making it: the pid decides.
    const isOwned = owner ? await livingPid(owner) : await identityOf(Number(pid));
    if (!isOwned) await removeRunDir(runDir);
  }
}

/** Makes the run folder of a mesh (a launcher may run several), and removes those of launchers that have ended. */
export async function makeRunDir(): Promise<string> {
  const home = await serverHome().catch((cause: Error) => {
    throw new MeshError(cause.message, { cause });
  });
  await removeStale(home);
  const runDir = await mkdtemp(join(home, `run-${process.pid}-`));
  await chmod(runDir, 0o755);
  await writeFile(join(runDir, OWNER), (await identityOf(process.pid)) ?? '');
  return runDir;
}
