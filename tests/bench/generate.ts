import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program of this folder in a process of its own, with `plan` as JSON in its argument; resolves to the JSON that it prints. */
export async function generate<Plan, Result>(
  program: string,
  plan: Plan,
  { execArgv = [], env = {} }: { execArgv?: string[]; env?: Record<string, string> } = {},
): Promise<Result> {
  const { pathname } = new URL(program, import.meta.url);
  const args = [...execArgv, pathname, JSON.stringify(plan)];
  const cwd = new URL('..', import.meta.url);
  const options = { cwd, env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch(
    ({ stderr }: { stderr: string }) => {
      throw new Error(`${program} failed: ${/^\w*Error.*/m.exec(stderr)?.[0] ?? stderr}`);
    },
  );
  return JSON.parse(stdout);
}
