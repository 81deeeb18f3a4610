// How long a caller wants its answer: until it goes away, or until the time that it named is up. Whatever a route starts
// downstream ends with it; what has been stored by then stays.
import { type Deadline, timeLeft } from '@trace-mesh/runtime/deadline';
import { REQUEST_TIMEOUT_HEADER } from '@trace-mesh/runtime/http-client';
import type { Request, Response } from 'express';
import { Problem } from './problem.ts';

/** How long a request may take, in ms, whatever its caller says. */
export const MAX_REQUEST_MS = 60_000;

const MILLISECONDS = /^\d{1,9}$/;

/** Its signal aborts with a `Problem`: 499 when the caller has disconnected, 504 when its time is up. */
export type CallerLimits = Deadline;

/** The limits of a request; a header that is malformed or too large counts as none. */
export function callerLimits(request: Request, response: Response): CallerLimits {
  const asked = request.get(REQUEST_TIMEOUT_HEADER) ?? '';
  const ms = Math.min(MILLISECONDS.test(asked) ? Number(asked) : MAX_REQUEST_MS, MAX_REQUEST_MS);
  const timeoutMs = timeLeft(performance.now() + ms);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooLate()), ms);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) stop.abort(new Problem(499, 'caller gone', 'nobody waits any more'));
  });
  return { signal: stop.signal, timeoutMs };
}

/** The caller's time is up. */
export const tooLate = () =>
  new Problem(504, 'deadline exceeded', 'the time that the caller gave is up; the request may be repeated');
