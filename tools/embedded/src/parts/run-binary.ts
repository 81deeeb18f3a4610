// A guard for programs that are not Node and so cannot hold a lifeline: they end with the Node process around them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recordChild } from '../run-dir.ts';

export type Binary = {
  name: string;
  command: string;
  args: string[];
  /** The signal by which the program shuts down in good order. */
  stopSignal: NodeJS.Signals;
  /** Where the program is recorded, for a later start to find if the guard itself is killed. */
  runDir: string;
  /** Another user to run as. */
  user?: { uid: number; gid: number } | undefined;
};

/** Runs the program until it ends, passing SIGTERM on as its stop signal; resolves with the exit code to end with. */
export async function runBinary(binary: Binary): Promise<number> {
  const child = spawn(binary.command, binary.args, { stdio: 'inherit', cwd: '/', ...binary.user });
  let asked = false;
  process.on('SIGTERM', () => {
    asked = true;
    child.kill(binary.stopSignal);
  });
  process.on('exit', () => child.kill('SIGKILL'));
  await once(child, 'spawn');
  if (child.pid) await recordChild(binary.runDir, binary.name, child.pid);
  // It may have ended while it was being recorded; the code stays readable.
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return asked ? 0 : (child.exitCode ?? 1);
}
