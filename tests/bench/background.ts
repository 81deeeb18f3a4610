// CPU shares of the mesh's processes.
import { readdir, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Mesh } from '@trace-mesh/embedded/mesh';
import { treeOf } from '@trace-mesh/embedded/processes';

/** A user may change the share of one group in this time, in ms; see sched(7). */
const AUTOGROUP_INTERVAL_MS = 100;

/**
 * Gives the named processes the CPU time that no other process needs, until they end: what serves requests comes first, as in a
 * deployment, where background work has cores of its own or a lower share. The niceness of each thread counts within its group only,
 * and each process of the mesh is a group of its own, where Linux has them.
 */
export async function runInBackground(
  { processes }: Pick<Mesh, 'processes'>,
  names: readonly string[],
): Promise<void> {
  const { PRIORITY_LOW: lowest } = constants.priority;
  for (const name of names) {
    const { pid } = processes.get(name) ?? {};
    if (!pid) throw new Error(`${name} does not run`);
    for (const each of await treeOf(pid)) {
      for (const thread of await threadsOf(each)) setPriority(thread, lowest);
      await writeFile(`/proc/${each}/autogroup`, String(lowest)).catch(ifMissing);
      await wait(AUTOGROUP_INTERVAL_MS);
    }
  }
}

async function threadsOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(ifMissing);
  return threads?.map(Number) ?? [pid];
}

/** Other systems have neither threads in files nor groups. */
function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
