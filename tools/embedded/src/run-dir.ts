// The folder with the data of one mesh. Removed when the mesh stops; after a crash, by the next start.
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from './checkout.ts';
import { identityOf, livingPid } from './identity.ts';
import { MeshError } from './mesh-error.ts';
import { killTree } from './process-tree.ts';

const OWNER = 'owner';
const CHILD = '.child';

/**
 * The folder of run folders and copied binaries. As root it is outside the checkout: Postgres refuses to run as root and runs
 * as another user, who may not enter root's folders. Everyone may traverse this folder; only root may write to it.
 */
async function meshHome(): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  const home = isRoot ? join(tmpdir(), 'trace-mesh-root') : inCheckout('.mesh');
  await mkdir(home, { recursive: true });
  if (!isRoot) return home;
  const { uid } = await lstat(home);
  if (uid !== 0) throw new MeshError(`${home} belongs to uid ${uid} (remove it and start again)`);
  await chmod(home, 0o755);
  return home;
}

/** Records a process in the run folder, so that a later start can end it after a crash. */
export async function recordChild(runDir: string, name: string, pid: number): Promise<void> {
  const identity = await identityOf(pid);
  if (identity) await writeFile(join(runDir, name + CHILD), identity);
}

/** Ends the recorded processes that still run, then removes the folder. */
export async function removeRunDir(runDir: string): Promise<void> {
  const files = await readdir(runDir).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(CHILD))) {
    const pid = await livingPid(await readFile(join(runDir, file), 'utf8'));
    if (pid) await killTree(pid);
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
  const home = await meshHome();
  await removeStale(home);
  const runDir = await mkdtemp(join(home, `run-${process.pid}-`));
  await chmod(runDir, 0o755);
  await writeFile(join(runDir, OWNER), (await identityOf(process.pid)) ?? '');
  return runDir;
}
