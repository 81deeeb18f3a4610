// The launcher runs one process at a time and can end it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { LaunchError } from './errors.mjs';

const COMPILE_CACHE = new URL('../../node_modules/.cache/compiled', import.meta.url).pathname;
const GUARD = new URL('./guard.mjs', import.meta.url).pathname;
const GRACE_MS = 2_000;

let current;
let endedBy;

/** Sends a signal to the current process; no further process is started. */
export function endCurrent(signal) {
  endedBy ??= signal;
  current?.kill(signal);
}

/** Ends the current process by SIGTERM, and kills it if it still runs after 2 s. */
export function endOrKillCurrent() {
  endCurrent('SIGTERM');
  setTimeout(() => current?.kill('SIGKILL'), GRACE_MS).unref();
}

function exitCodeOf(child) {
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

/** Runs Node on the terminal's streams; resolves with the exit code. The pipe at fd 3 is its lifeline. */
export function run(node, args) {
  throwIfEnded();
  const env = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env };
  env.PATH = [dirname(node), process.env.PATH].join(delimiter);
  return exitCodeOf(spawn(node, args, { env, stdio: ['inherit', 'inherit', 'inherit', 'pipe'] }));
}

/** Runs a command under a guard that ends it and its children with this process: `{code, stdout, output}`; `output` includes stderr. */
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
  const code = await exitCodeOf(child);
  throwIfEnded();
  return { code, stdout, output };
}
