// A pid alone proves nothing after a crash: the number may belong to another program by then.
// Pid and start time together name one process for good.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readStat } from './proc-stat.ts';

const run = promisify(execFile);

async function startTime(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const stat = await readStat(pid);
    // Field 22: the start, in ticks since the machine's.
    return stat?.[19];
  }
  const answer = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.trim().replaceAll(/\s+/g, '_') || undefined;
}

/** Names the process that has this pid now, as `pid:startTime`; undefined if there is none. */
export async function identityOf(pid: number): Promise<string | undefined> {
  const start = await startTime(pid);
  return start === undefined ? undefined : `${pid}:${start}`;
}

/** The pid in an identity, if that very process still lives. */
export async function livingPid(identity: string): Promise<number | undefined> {
  const pid = Number.parseInt(identity, 10);
  if (!(pid > 0)) return undefined;
  return (await identityOf(pid)) === identity ? pid : undefined;
}
