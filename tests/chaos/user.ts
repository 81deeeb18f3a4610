// How a user behaves who wants a result: repeats the request, with the same task id, until a time limit.
import { RestApiError } from '@trace-mesh/rest-api/client';
import pRetry from 'p-retry';

/** How long a user goes on asking for one thing, in ms. */
export const PATIENCE_MS = 120_000;
/** How long a single attempt may take, in ms. */
export const ATTEMPT_MS = 10_000;

/** Of the refusals of a request, those after which asking again makes sense. */
const PASSING = [408, 425, 429, 499, 500, 502, 503, 504];

/** Runs `attempt` until it resolves; reports each failure. Rejects with an error that a repetition cannot fix, or with the last one. */
export function persistently<T>(attempt: () => Promise<T>, failed: (error: Error) => void): Promise<T> {
  return pRetry(attempt, {
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: PATIENCE_MS,
    minTimeout: 100,
    maxTimeout: 1_000,
    randomize: true,
    onFailedAttempt: ({ error }) => failed(error),
    shouldRetry: ({ error }) => !(error instanceof RestApiError) || PASSING.includes(error.status),
  });
}

/** A failure in few words, for counting: the status of an answer, or the code of what broke. */
export function kindOf(error: Error): string {
  if (error instanceof RestApiError) return String(error.status);
  const { code } = (error.cause ?? error) as { code?: unknown };
  return code === undefined ? error.name : String(code);
}
