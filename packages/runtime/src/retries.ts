// A step that failed because something else is out of reach is tried again here, in the process, until that is back: the
// work keeps what it has done so far. Each retry is an event on the running span.

import { addRetryEvent } from '@trace-mesh/tracing/span';
import pRetry from 'p-retry';
import { failureType, isInfrastructureFailure } from './infrastructure.ts';

/** How long one step is tried again, in ms, before its error goes on: longer than restarts and failovers take. */
const INFRASTRUCTURE_RETRY_MS = 5 * 60_000;
/** The wait before the first retry, in ms; it doubles with each, with some chance in it, so that not all come at once. */
const INFRASTRUCTURE_RETRY_FIRST_MS = 100;
/** But is never longer than this, in ms. */
const INFRASTRUCTURE_RETRY_LONGEST_MS = 5_000;

/** When to give up, and who is told that there is a wait. */
export interface RetryOptions {
  /** Aborts when there is no more time to wait. A step that has not failed yet is not disturbed by it. */
  stopping: AbortSignal;
  /** Hears, once, that the step has to wait, and for what. */
  waiting: (cause: Error) => void;
  limitMs?: number;
}

/**
 * Runs `step`, which must bear being repeated. Resolves with its answer; rejects at once with an error that is no
 * infrastructure's, with the last one after `limitMs`, and with the reason of `stopping` when that ends the wait.
 */
export async function retryInfrastructure<T>(
  step: () => Promise<T>,
  { stopping, waiting, limitMs = INFRASTRUCTURE_RETRY_MS }: RetryOptions,
): Promise<T> {
  // Not `stopping` itself: p-retry throws away even an answer that comes after its signal.
  const stop = new AbortController();
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => undefined);
  const giveUp = () => {
    stop.abort(stopping.reason);
    given.reject(stopping.reason);
  };
  let failed: { error: Error; at: number } | undefined;
  const attempt = (attemptNumber: number) => {
    if (!failed) return step();
    addRetryEvent(attemptNumber, failed.at, failureType(failed.error));
    return Promise.race([step(), given.promise]);
  };
  try {
    return await pRetry(attempt, {
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: limitMs,
      minTimeout: INFRASTRUCTURE_RETRY_FIRST_MS,
      maxTimeout: INFRASTRUCTURE_RETRY_LONGEST_MS,
      randomize: true,
      signal: stop.signal,
      shouldRetry: ({ error }) => isInfrastructureFailure(error),
      onFailedAttempt({ error }) {
        if (!isInfrastructureFailure(error)) return;
        const first = !failed;
        failed = { error, at: performance.now() };
        if (!first) return;
        waiting(error);
        stopping.addEventListener('abort', giveUp, { once: true });
        if (stopping.aborted) giveUp();
      },
    });
  } finally {
    stopping.removeEventListener('abort', giveUp);
  }
}
