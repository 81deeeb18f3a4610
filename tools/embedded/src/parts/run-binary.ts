// Runs a program that cannot load the lifeline: it ends with the Node process around it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recordChild } from '../run-dir.ts';

export type Binary = {
  name: string;
  command: string;
  args: string[];
  /** The signal of an orderly shutdown. */
  stopSignal: NodeJS.Signals;
  /** Where the program is recorded, so that a later start can end it if this process is killed. */
  runDir: string;
  /** The user to run as; by default that of this process. */
  user?: { uid: number; gid: number } | undefined;
};

/** Runs the program until it ends, and translates SIGTERM to its stop signal; resolves with the exit code for this process. */
export async function runBinary(binary: Binary): Promise<number> {
  const child = spawn(binary.command, binary.args, { stdio: 'inherit', cwd: '/', ...binary.user });
  let isStopping = false;
  process.on('SIGTERM', () => {
    isStopping = true;
    child.kill(binary.stopSignal);
  });
  process.on('exit', () => child.kill('SIGKILL'));
  await once(child, 'spawn');
  if (child.pid) await recordChild(binary.runDir, binary.name, child.pid);
  // It may have ended during `recordChild`.
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return isStopping ? 0 : (child.exitCode ?? 1);
}
