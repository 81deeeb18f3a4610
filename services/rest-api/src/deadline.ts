import { PROBLEMS, Problem } from '@trace-mesh/access/problem';
import { type Deadline, timeLeft } from '@trace-mesh/runtime/deadline';
import { REQUEST_TIMEOUT_HEADER } from '@trace-mesh/runtime/http-client';
import type { Request, Response } from 'express';
import { TASK_PROBLEMS } from './problems.ts';

/** The longest time that a request may take, in ms. */
export const MAX_REQUEST_MS = 60_000;

const MILLISECONDS = /^\d{1,9}$/;

/**
 * The deadline of a request: the caller's `X-Request-Timeout-Ms`, or `MAX_REQUEST_MS` if that is missing, malformed or larger.
 * Its signal aborts with a `Problem`: 504 when the time is up, 499 when the caller disconnects. What is stored by then stays.
 * Throws a `Problem` (400) for 0.
 */
export function requestDeadline(request: Request, response: Response): Deadline {
  const header = request.get(REQUEST_TIMEOUT_HEADER) ?? '';
  const ms = Math.min(MILLISECONDS.test(header) ? Number(header) : MAX_REQUEST_MS, MAX_REQUEST_MS);
  if (ms === 0) throw new Problem(PROBLEMS.invalid, `${REQUEST_TIMEOUT_HEADER}: must be at least 1`);
  const timeoutMs = timeLeft(performance.now() + ms);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(deadlineExceeded()), ms);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished)
      stop.abort(new Problem(TASK_PROBLEMS.callerGone, 'the caller disconnected'));
  });
  return { signal: stop.signal, timeoutMs };
}

export const deadlineExceeded = () =>
  new Problem(
    TASK_PROBLEMS.deadlineExceeded,
    "the caller's time is up (repeat the request, with a longer timeout if needed)",
  );
