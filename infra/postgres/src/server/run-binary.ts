// Runs a program that cannot load the lifeline: it ends with the Node process around it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Binary = {
  command: string;
  args: string[];
  /** The signal of an orderly shutdown. */
  stopSignal: NodeJS.Signals;
  /** The user to run as; by default that of this process. */
  user?: { uid: number; gid: number } | undefined;
};

/** Runs the program until it ends, and translates SIGTERM to its stop signal; resolves with the exit code for this process. */
export async function runBinary({ command, args, stopSignal, user }: Binary): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: '/', ...user });
  let isStopping = false;
  process.on('SIGTERM', () => {
    isStopping = true;
    child.kill(stopSignal);
  });
  process.on('exit', () => child.kill('SIGKILL'));
  const [code] = await once(child, 'exit');
  return isStopping ? 0 : (code ?? 1);
}
