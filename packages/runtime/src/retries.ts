// Retries a step in the process while its infrastructure is unreachable, so that the work keeps its progress. Each retry is an event
// on the active span.
import { addAbortListener } from 'node:events';
import { addRetryEvent } from '@trace-mesh/tracing/span';
import pRetry from 'p-retry';
import { failureType, isInfrastructureFailure } from './infrastructure.ts';

/** How long a step is retried, in ms: longer than restarts and failovers take. */
const INFRASTRUCTURE_RETRY_MS = 5 * 60_000;
/** The wait before the first retry, in ms; it doubles with each, with jitter. */
const INFRASTRUCTURE_RETRY_FIRST_MS = 100;
/** The longest wait, in ms. */
const INFRASTRUCTURE_RETRY_LONGEST_MS = 5_000;

export interface RetryOptions {
  /** Aborts the wait; a step that has not failed yet is not aborted. */
  stopping: AbortSignal;
  /** Called once, before the first wait. */
  waiting: (cause: Error) => void;
  limitMs?: number;
}

/**
 * Runs `step`, which must be idempotent. Resolves with its result. Rejects with any other error of it without a retry, with the last
 * error after `limitMs`, and with the reason of `stopping` if that ends the wait.
 */
export async function retryInfrastructure<T>(step: () => Promise<T>, options: RetryOptions): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof Error) || !isInfrastructureFailure(error)) throw error;
    return retry(step, error, options);
  }
}

/** Repeats a step that failed with `first`. */
async function retry<T>(
  step: () => Promise<T>,
  first: Error,
  { stopping, waiting, limitMs = INFRASTRUCTURE_RETRY_MS }: RetryOptions,
): Promise<T> {
  // Not `stopping` itself: p-retry discards a result that arrives after its signal aborts.
  const stop = new AbortController();
  const given = Promise.withResolvers<never>();
  given.promise.catch(() => undefined);
  const giveUp = () => {
    stop.abort(stopping.reason);
    given.reject(stopping.reason);
  };
  let failed = { error: first, at: performance.now() };
  const attempt = (attemptNumber: number) => {
    if (attemptNumber === 1) throw first;
    addRetryEvent(attemptNumber, failed.at, failureType(failed.error));
    return Promise.race([step(), given.promise]);
  };
  waiting(first);
  using _ = addAbortListener(stopping, giveUp);
  return await pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: limitMs,
    minTimeout: INFRASTRUCTURE_RETRY_FIRST_MS,
    maxTimeout: INFRASTRUCTURE_RETRY_LONGEST_MS,
    randomize: true,
    signal: stop.signal,
    shouldRetry: ({ error }) => isInfrastructureFailure(error),
    onFailedAttempt({ error }) {
      failed = { error, at: performance.now() };
    },
  });
}
