// Processes of this machine, from procfs or ps. Signals reach a process and its descendants: Postgres runs each backend in its
// own session, so a process group is not enough.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Process {
  pid: number;
  parent: number;
  /** Ended, and not yet reaped by its parent. */
  isZombie: boolean;
  /** In ticks since boot, or as ps prints it. */
  startTime: string;
}

/**
 * The fields of proc_pid_stat(5) from the third (state) on; undefined if there is no such process. The command name before
 * them may contain spaces, so they start after its closing parenthesis.
 */
export async function readStat(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function fromProcfs(pid: number): Promise<Process | undefined> {
  const fields = await readStat(pid);
  return (
    fields && { pid, parent: Number(fields[1]), isZombie: fields[0] === 'Z', startTime: fields[19] ?? '' }
  );
}

async function fromPs(...selection: string[]): Promise<Process[]> {
  const answer = await run('ps', ['-o', 'pid=,ppid=,stat=,lstart=', ...selection]).catch(() => undefined);
  const rows = answer?.stdout.split('\n').filter(Boolean) ?? [];
  return rows.map((row) => {
    const [pid, parent, state = '', ...start] = row.trim().split(/\s+/);
    return {
      pid: Number(pid),
      parent: Number(parent),
      isZombie: state[0] === 'Z',
      startTime: start.join('_'),
    };
  });
}

async function find(pid: number): Promise<Process | undefined> {
  return process.platform === 'linux' ? fromProcfs(pid) : (await fromPs('-p', String(pid)))[0];
}

async function all(): Promise<Process[]> {
  if (process.platform !== 'linux') return fromPs('-A');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(fromProcfs))).filter((found) => found !== undefined);
}

/** The identity of a process, `pid:startTime`: after a crash its pid may belong to another. Undefined if there is none. */
export async function identityOf(pid: number): Promise<string | undefined> {
  const found = await find(pid);
  return found && `${pid}:${found.startTime}`;
}

/** The pid of an identity, while this process runs. */
export async function livingPid(identity: string): Promise<number | undefined> {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && (await identityOf(pid)) === identity ? pid : undefined;
}

/** The pid and the pids of all its descendants, parents first. */
export async function treeOf(pid: number): Promise<number[]> {
  const processes = await all();
  const tree = [pid];
  for (const member of tree) {
    for (const { pid: child, parent } of processes) if (parent === member) tree.push(child);
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

/**
 * Kills a process and all its descendants; resolves when they are gone. The descendants are killed first, while their parent
 * can still reap them: a container may have no init process.
 */
export async function killTree(pid: number): Promise<void> {
  const [, ...descendants] = await treeOf(pid);
  for (const member of [...descendants, pid]) {
    signalIfAlive(member, 'SIGKILL');
    while ((await find(member))?.isZombie === false) await pause(10);
  }
}
