// A mesh's data lives and dies with it: one folder each, removed at stop, or by the next start after a crash.
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inCheckout } from './checkout.ts';
import { identityOf, livingPid } from './identity.ts';
import { MeshError } from './mesh-error.ts';
import { killTree } from './process-tree.ts';

const OWNER = 'owner';
const CHILD = '.child';

async function sharedHome(): Promise<string> {
  // Postgres refuses to run as root and runs as "nobody" then, who may not enter root's folders; so the data (and
  // the binaries) of a root's mesh lie in one folder that everyone may traverse and only root may write.
  const home = join(tmpdir(), 'trace-mesh-root');
  await mkdir(home, { recursive: true });
  const { uid } = await lstat(home);
  if (uid !== 0)
    throw new MeshError(`${home} belongs to another user (uid ${uid}). Remove it and start again.`);
  await chmod(home, 0o755);
  return home;
}

/** The folder that holds run folders and copies of binaries. */
async function meshHome(): Promise<string> {
  if (process.getuid?.() === 0) return sharedHome();
  const home = inCheckout('.mesh');
  await mkdir(home, { recursive: true });
  return home;
}

/** Notes a process as the run folder's, so that a later start can end it should everything else fail. */
export async function recordChild(runDir: string, name: string, pid: number): Promise<void> {
  const identity = await identityOf(pid);
  if (identity) await writeFile(join(runDir, name + CHILD), identity);
}

/** Ends what was recorded as the run folder's and still lives, then removes the folder. */
export async function removeRunDir(runDir: string): Promise<void> {
  for (const file of await readdir(runDir).catch(() => [])) {
    if (!file.endsWith(CHILD)) continue;
    const pid = await livingPid(await readFile(join(runDir, file), 'utf8'));
    if (pid) await killTree(pid);
  }
  // A process that was just killed may still write its last file: hence the retries.
  await rm(runDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

async function removeStale(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const [, pid] = /^run-(\d+)-/.exec(name) ?? [];
    if (!pid) continue;
    const runDir = join(home, name);
    const owner = await readFile(join(runDir, OWNER), 'utf8').catch(() => '');
    // A folder without an owner is either a moment old or was left by a crash in that moment: go by the pid then.
    const alive = owner ? await livingPid(owner) : await identityOf(Number(pid));
    if (!alive) await removeRunDir(runDir);
  }
}

/** Makes a mesh's run folder (a launcher may run several) and clears away those of launchers that are gone. */
export async function makeRunDir(): Promise<string> {
  const home = await meshHome();
  await removeStale(home);
  const runDir = await mkdtemp(join(home, `run-${process.pid}-`));
  await chmod(runDir, 0o755);
  await writeFile(join(runDir, OWNER), (await identityOf(process.pid)) ?? '');
  return runDir;
}
