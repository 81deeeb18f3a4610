// Ctrl-C and its kin become one AbortSignal that everything under way listens to.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The reason of the signal that `stopSignal` gives: who asked, and the exit code that says so (128 + number). */
export class Stopped extends Error {
  readonly exitCode: number;
  constructor(name: (typeof SIGNALS)[number]) {
    super(`stopped by ${name}`);
    this.exitCode = 128 + constants.signals[name];
  }
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP. Later ones change nothing: a terminal and a launcher both deliver
 * one Ctrl-C, and the second must not cut the clean stop short.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) process.on(name, () => controller.abort(new Stopped(name)));
  return controller.signal;
}
