// What the command lines have in common: signals, failures, exit codes, progress.
import { constants } from 'node:os';
import { CommanderError, InvalidArgumentError } from 'commander';

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

/** The message of a command's failure and its exit code. After a signal, every pending failure is a consequence of it. */
export function failureOf(thrown: unknown, stop: AbortSignal, exitCode: number) {
  const error: unknown = stop.aborted ? stop.reason : thrown;
  const message = error instanceof Error ? error.message : String(error);
  return { message, exitCode: error instanceof Stopped ? error.exitCode : exitCode };
}

/** The exit code of an error that commander has printed: 0 for --help, else 2. With --json, `printJson` gets the message too. */
export function usageExit(
  error: unknown,
  args: readonly string[],
  printJson: (message: string) => void,
): 0 | 2 {
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return 0;
  if (args.includes('--json')) printJson(error.message.replace(/^error: /, ''));
  return 2;
}

/** Parses an option's value. */
export const wholeNumber =
  (from: number, to?: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= from && value <= (to ?? value)) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${from}${to ? ` to ${to}` : ''}.`);
  };

/** Progress lines are for a terminal; a pipe or a log gets the results only. */
export function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}

export const inColor = (): boolean => process.stdout.isTTY === true && process.stdout.hasColors();
