// After each input: every process of the mesh still runs, and every service answers.
import { expect, inject } from 'vitest';

const TIMEOUT_MS = 5_000;

/** Fails if a process died or a service's liveness check fails. */
export async function stillAlive(): Promise<void> {
  const dead = Object.entries(inject('pids')).filter(([, pid]) => !isRunning(pid));
  expect(dead).toEqual([]);
  const answers = Object.entries(inject('health')).map(async ([name, readyz]) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
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
