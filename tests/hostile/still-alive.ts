// After an input: every process of the mesh is the one that it was, and every service answers.
import { expect, inject } from 'vitest';

const LOOKED_AT_MS = 5_000;

/** Fails where a process has died, or a service says no more that it lives. */
export async function stillAlive(): Promise<void> {
  const dead = Object.entries(inject('pids')).filter(([, pid]) => !isRunning(pid));
  expect(dead).toEqual([]);
  const answers = Object.entries(inject('health')).map(async ([name, readyz]) => {
    const signal = AbortSignal.timeout(LOOKED_AT_MS);
    return [name, (await fetch(new URL('/livez', readyz), { signal })).status];
  });
  expect((await Promise.all(answers)).filter(([, status]) => status !== 200)).toEqual([]);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
