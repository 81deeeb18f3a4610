// Signals a process and its descendants. Postgres runs each backend in its own session, so a process group is not enough.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readStat } from './proc-stat.ts';

const run = promisify(execFile);

/** Every process of the machine with its parent. */
async function allProcesses(): Promise<[pid: number, parent: number][]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    const rows = stdout.trim().split('\n');
    return rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  // A process that has ended meanwhile has the parent NaN.
  return Promise.all(pids.map(async (pid) => [pid, Number((await readStat(pid))?.[1])]));
}

/** The pid and the pids of all its descendants, parents first. */
export async function treeOf(pid: number): Promise<number[]> {
  const processes = await allProcesses();
  const tree = [pid];
  for (const member of tree) {
    for (const [child, parent] of processes) if (parent === member) tree.push(child);
  }
  return tree;
}

/** Sends a signal to a process, unless it has ended. */
export function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Sends a signal to a process and all its descendants. */
export async function signalTree(pid: number, signal: NodeJS.Signals): Promise<void> {
  for (const member of await treeOf(pid)) signalIfAlive(member, signal);
}

async function isGone(pid: number): Promise<boolean> {
  if (process.platform === 'linux') return ['Z', undefined].includes((await readStat(pid))?.[0]);
  const answer = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => undefined);
  return !answer || answer.stdout.startsWith('Z');
}

/**
 * Kills a process and all its descendants; resolves when they are gone. The descendants are killed first, while their parent
 * can still reap them: a container may have no init process.
 */
export async function killTree(pid: number): Promise<void> {
  const [, ...descendants] = await treeOf(pid);
  for (const member of [...descendants, pid]) {
    signalIfAlive(member, 'SIGKILL');
    while (!(await isGone(member))) await pause(10);
  }
}
