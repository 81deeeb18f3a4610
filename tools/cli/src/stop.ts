// Turns SIGINT, SIGTERM and SIGHUP into one AbortSignal.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The abort reason of `stopSignal`: the signal's name and the exit code (128 + number). */
export class Stopped extends Error {
  readonly exitCode: number;
  constructor(name: (typeof SIGNALS)[number]) {
    super(`stopped by ${name}`);
    this.exitCode = 128 + constants.signals[name];
  }
}

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP and ignores later ones: a terminal and a launcher both deliver
 * one Ctrl-C, and the second must not interrupt the clean stop.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) process.on(name, () => controller.abort(new Stopped(name)));
  return controller.signal;
}
