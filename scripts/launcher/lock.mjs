// One install at a time in one checkout. The lock is a file with its owner's pid; that of a dead owner is void.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

function ownerOf(file) {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function removeVoid(file, owner) {
  // Moved aside first: of two who find the same void lock, one moves it, and the other must not take a new one away.
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return;
  }
  if (Number(readFileSync(aside, 'utf8')) === owner) rmSync(aside);
  else renameSync(aside, file);
}

/** Does the work while holding the lock file, waiting for it as long as its owner lives. */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  while (!take(file)) {
    const owner = ownerOf(file);
    // 0: written this moment, or just removed.
    if (owner > 0 && !lives(owner)) removeVoid(file, owner);
    else await pause(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
