// Is the one who started this still there? npm runs its scripts through a shell and passes no signal on; killing
// npm leaves the shell, or this process, without a parent and without word of it. So the parents are watched.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 500;

function commandOf(pid) {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
}

function parentOf(pid) {
  if (process.platform === 'linux') {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}

/** The npm above the shell that runs this, if it is so. */
function npmAbove(shell) {
  if (!process.env.npm_lifecycle_event) return undefined;
  // Some shells replace themselves by the last command; npm is the direct parent then.
  return /^\S*\bsh -c /.test(commandOf(shell).replace(/^\S*(ba|da|z|a)sh /, 'sh '))
    ? parentOf(shell)
    : undefined;
}

function isStillBelow(shell, npm) {
  try {
    // Not by asking whether npm lives: killed, but not yet reaped by whoever started it, it would seem to.
    return parentOf(shell) === npm;
  } catch {
    // The shell itself is gone.
    return false;
  }
}

/** Calls `onGone` once the process that started this one, or the npm above it, has ended. */
export function watchParents(onGone) {
  const parent = process.ppid;
  // Under an init process there is nobody to miss.
  if (parent === 1) return;
  const npm = npmAbove(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isStillBelow(parent, npm))) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
