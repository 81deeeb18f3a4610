// After a crash a pid may belong to another program. Pid and start time together identify a process.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readStat } from './proc-stat.ts';

const run = promisify(execFile);

async function startTime(pid: number): Promise<string | undefined> {
  // Field 22 of proc_pid_stat(5), in ticks since boot.
  if (process.platform === 'linux') return (await readStat(pid))?.[19];
  const answer = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.trim().replaceAll(/\s+/g, '_') || undefined;
}

/** The identity of the process with this pid, as `pid:startTime`; undefined if there is none. */
export async function identityOf(pid: number): Promise<string | undefined> {
  const start = await startTime(pid);
  return start && `${pid}:${start}`;
}

/** The pid of an identity, while this process runs. */
export async function livingPid(identity: string): Promise<number | undefined> {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && (await identityOf(pid)) === identity ? pid : undefined;
}
