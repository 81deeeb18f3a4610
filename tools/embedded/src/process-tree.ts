// Signals for a process and all below it: Postgres keeps its backends in sessions of their own,
// so neither a pid nor a process group reaches them all.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readStat } from './proc-stat.ts';

const run = promisify(execFile);

async function parents(): Promise<Map<number, number>> {
  const table = new Map<number, number>();
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    for (const line of stdout.trim().split('\n')) {
      const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
      table.set(pid, parent);
    }
    return table;
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = pids.map(async (pid) => {
    const stat = await readStat(pid);
    if (stat) table.set(pid, Number(stat[1]));
  });
  await Promise.all(rows);
  return table;
}

/** The pid and the pids of all its descendants, parents first. */
async function treeOf(pid: number): Promise<number[]> {
  const table = await parents();
  const tree = [pid];
  for (const member of tree) {
    for (const [child, parent] of table) if (parent === member) tree.push(child);
  }
  return tree;
}

/** Sends a signal, if the process is still there; any other refusal is an error. */
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
  if (process.platform !== 'linux') {
    const answer = await run('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => undefined);
    return !answer || answer.stdout.startsWith('Z');
  }
  const [state] = (await readStat(pid)) ?? [];
  return state === undefined || state === 'Z';
}

/**
 * Kills a process and all its descendants, and resolves when they are gone. The descendants go first, so that their
 * parent can still reap them: in a container without an init process nobody else would.
 */
export async function killTree(pid: number): Promise<void> {
  const [, ...descendants] = await treeOf(pid);
  for (const member of [...descendants, pid]) {
    signalIfAlive(member, 'SIGKILL');
    while (!(await isGone(member))) await pause(10);
  }
}
