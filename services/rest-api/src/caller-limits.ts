// The deadline of a request: when its caller disconnects, or when the time that the caller set is up. What a route starts
// downstream ends with it; what is stored by then stays.
import { type Deadline, timeLeft } from '@trace-mesh/runtime/deadline';
import { REQUEST_TIMEOUT_HEADER } from '@trace-mesh/runtime/http-client';
import type { Request, Response } from 'express';
import { Problem } from './problem.ts';

/** The longest time that a request may take, in ms. */
export const MAX_REQUEST_MS = 60_000;

const MILLISECONDS = /^\d{1,9}$/;

/** Its signal aborts with a `Problem`: 499 when the caller has disconnected, 504 when its time is up. */
export type CallerLimits = Deadline;

/** The deadline of a request; a header that is malformed or too large counts as none. Throws a `Problem` (400) for 0. */
export function callerLimits(request: Request, response: Response): CallerLimits {
  const asked = request.get(REQUEST_TIMEOUT_HEADER) ?? '';
  const ms = Math.min(MILLISECONDS.test(asked) ? Number(asked) : MAX_REQUEST_MS, MAX_REQUEST_MS);
  if (ms === 0) throw new Problem(400, 'invalid request', `${REQUEST_TIMEOUT_HEADER}: must be at least 1`);
  const timeoutMs = timeLeft(performance.now() + ms);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooLate()), ms);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) stop.abort(new Problem(499, 'caller gone', 'the caller disconnected'));
  });
  return { signal: stop.signal, timeoutMs };
}

/** The caller's time is up. */
export const tooLate = () =>
  new Problem(504, 'deadline exceeded', 'the time that the caller gave is up; the request may be repeated');
