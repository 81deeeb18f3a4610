import { execa } from 'execa';
import { outsideEnv } from './outside-env.ts';

/** The executable of another Node, as npm brings it into a folder outside this checkout. */
export async function nodeOf(version: number, cwd: string): Promise<string> {
  const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return (await execa('npm', args, { cwd, extendEnv: false, env: outsideEnv() })).stdout;
}
