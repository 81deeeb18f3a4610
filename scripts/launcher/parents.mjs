// Detects that the process which started this one has exited. npm runs scripts through a shell and forwards no signal; killing
// npm leaves the shell or this process without a parent. So this process polls its parents.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const POLL_MS = 500;

const ps = (field, pid) => execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' });

function commandOf(pid) {
  if (process.platform !== 'linux') return ps('command', pid);
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
}

function parentOf(pid) {
  if (process.platform !== 'linux') return Number(ps('ppid', pid));
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The npm above the shell that runs this; undefined without such a shell, as some shells replace themselves by their command. */
function npmAbove(shell) {
  if (!process.env.npm_lifecycle_event) return undefined;
  return /^\S*\bsh -c /.test(commandOf(shell).replace(/^\S*(ba|da|z|a)sh /, 'sh '))
    ? parentOf(shell)
    : undefined;
}

function isChildOf(shell, npm) {
  try {
    // Checks the parent, not npm itself: a killed npm that is not yet reaped seems to run.
    return parentOf(shell) === npm;
  } catch {
    // The shell has exited.
    return false;
  }
}

/** Calls `onGone` after the process that started this one, or the npm above it, has exited. */
export function watchParents(onGone) {
  const parent = process.ppid;
  // An init process does not exit.
  if (parent === 1) return;
  const npm = npmAbove(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isChildOf(parent, npm))) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
}
