// The CPU time and the memory of the mesh's processes.
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Mesh } from '@trace-mesh/embedded/mesh';
import { readStat, treeOf } from '@trace-mesh/embedded/processes';

/** USER_HZ, which proc_pid_stat(5) counts in: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** CPU time in ms of each process with its descendants, by name. Empty where there is no /proc. */
export async function cpuOf({ processes }: Pick<Mesh, 'processes'>): Promise<Record<string, number>> {
  if (process.platform !== 'linux') return {};
  const rows = [...processes.values()].flatMap(({ name, pid }) => (pid ? [{ name, pid }] : []));
  return Object.fromEntries(
    await Promise.all(rows.map(async ({ name, pid }) => [name, await cpuOfTree(pid)] as const)),
  );
}

/** CPU time in ms of a process with its descendants, also those that have ended. */
export async function cpuOfTree(pid: number): Promise<number> {
  const stats = await Promise.all((await treeOf(pid)).map(readStat));
  // Fields 14 to 17: its own user and system time, and that of its children that have ended.
  const ticks = stats.flatMap((stat) => (stat ?? []).slice(11, 15).map(Number));
  return ticks.reduce((sum, tick) => sum + tick, 0) * MS_PER_TICK;
}

/** Counts from now on; the result is how many cores programs other than this one and its descendants have used on average. */
export async function countOthers(): Promise<() => Promise<number>> {
  const machine = () =>
    cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0);
  const others = async () => machine() - (await cpuOfTree(process.pid));
  const [start, before] = [performance.now(), await others()];
  return async () => Math.max(0, (await others()) - before) / (performance.now() - start);
}

/** What was spent since `before`, by name; the largest first. */
export function spentSince(before: Record<string, number>, after: Record<string, number>) {
  const spent = Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)] as const);
  return Object.fromEntries(spent.filter(([, ms]) => ms > 0).toSorted(([, a], [, b]) => b - a));
}

/** Resident memory of a process in bytes; NaN where there is no /proc. */
export async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1_024;
}
