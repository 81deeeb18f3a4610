// The one process that the launcher runs at a time, and how it is ended.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { LaunchError } from './errors.mjs';

const COMPILED = new URL('../../node_modules/.cache/compiled', import.meta.url).pathname;
const GUARD = new URL('./guard.mjs', import.meta.url).pathname;
/** A process that was asked to end for want of a parent and does not is killed after this time. */
const GRACE_MS = 2_000;

let current;
let endedBy;

/** Ends the current process by a signal; nothing further is started. */
export function endCurrent(signal) {
  endedBy ??= signal;
  current?.kill(signal);
}

/** The same for a launcher that nobody waits for any more: kills what does not heed the signal. */
export function abandonCurrent() {
  endCurrent('SIGTERM');
  setTimeout(() => current?.kill('SIGKILL'), GRACE_MS).unref();
}

function started(child) {
  if (endedBy) child.kill(endedBy);
  current = child;
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      current = undefined;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function throwIfEnded() {
  if (endedBy) throw new LaunchError(`stopped by ${endedBy}`, 128 + constants.signals[endedBy]);
}

/** Runs Node with the terminal's own streams; resolves with the exit code. The pipe is its lifeline. */
export function run(node, args) {
  throwIfEnded();
  const env = { NODE_COMPILE_CACHE: COMPILED, ...process.env };
  env.PATH = [dirname(node), process.env.PATH].join(delimiter);
  return started(spawn(node, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'pipe'] }));
}

/** Runs a command quietly, under a guard that ends it and its children with this process: `{code, stdout, output}`. */
export async function capture(command, args, options) {
  throwIfEnded();
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'];
  const child = spawn(process.execPath, [GUARD, command, ...args], { ...options, stdio });
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await started(child);
  throwIfEnded();
  return { code, stdout, output };
}
