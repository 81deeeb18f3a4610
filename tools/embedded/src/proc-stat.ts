import { readFile } from 'node:fs/promises';

/**
 * The fields of proc_pid_stat(5) from the third (state) on; undefined if there is no such process. The command name before
 * them may contain spaces, so they start after its closing parenthesis.
 */
export async function readStat(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}
