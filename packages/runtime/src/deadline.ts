// How long work may take. The calls that it makes end with it.

/** The time limit of a piece of work, for the calls that it makes. */
export interface Deadline {
  /** Aborts when the time is up, or earlier, for the reason that its source gives. */
  signal: AbortSignal;
  /** The time that is left, in ms, at least 1: the timeout of a call downstream. */
  timeoutMs(): number;
}

/** A deadline `ms` from now; aborting `signal` ends it earlier. Its signal's reason is then that of `signal`, else a `TimeoutError`. */
export function startDeadline(ms: number, signal?: AbortSignal): Deadline {
  const timeout = AbortSignal.timeout(ms);
  return {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    timeoutMs: timeLeft(performance.now() + ms),
  };
}

/** `timeoutMs` of a deadline at `end`, in ms of `performance.now()`. */
export const timeLeft = (end: number) => (): number => Math.max(1, Math.ceil(end - performance.now()));

/** True if `work` resolves within `ms`, false if it takes longer. Rejects if `work` does. */
export async function withinDeadline(work: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: overrun, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([work.then(() => true), overrun]);
  } finally {
    clearTimeout(timer);
  }
}
