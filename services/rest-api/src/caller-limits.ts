// How long a caller wants its answer: until it goes away, or until the time that it named is up. Whatever a route starts
// downstream ends with it; what has been stored by then stays.
import { REQUEST_TIMEOUT_HEADER } from '@trace-mesh/tracing/http';
import type { Request, Response } from 'express';
import { Problem } from './problem.ts';

/** How long a request may take, in ms, whatever its caller says. */
export const MAX_REQUEST_MS = 60_000;

const MILLISECONDS = /^\d{1,9}$/;

export interface CallerLimits {
  /** Aborts with a `Problem`: 499 when the caller is gone (nobody reads it), 504 when its time is up. */
  signal: AbortSignal;
  /** What is left, in ms, at least 1: the deadline of a call downstream. */
  timeoutMs(): number;
}

/** The limits of a request; a header that is malformed or too large counts as none. */
export function callerLimits(request: Request, response: Response): CallerLimits {
  const asked = request.get(REQUEST_TIMEOUT_HEADER) ?? '';
  const ms = Math.min(MILLISECONDS.test(asked) ? Number(asked) : MAX_REQUEST_MS, MAX_REQUEST_MS);
  const end = performance.now() + ms;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooLate()), ms);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) stop.abort(new Problem(499, 'caller gone', 'nobody waits any more'));
  });
  return { signal: stop.signal, timeoutMs: () => Math.max(1, Math.ceil(end - performance.now())) };
}

/** The caller's time is up. */
export const tooLate = () =>
  new Problem(504, 'deadline exceeded', 'the time that the caller gave is up; the request may be repeated');
