// A retry as an event on the running span: the span alone would only show that it took long.
import { trace } from '@opentelemetry/api';
import { ATTR_MESH_RETRY_ATTEMPT, ATTR_MESH_RETRY_DELAY_MS } from './attributes.ts';

/** The name of the event. */
export const RETRY_EVENT = 'retry';

/** Notes that attempt `attempt` (2 is the first retry) begins, after an `error` at `failedAt` (`performance.now()`). */
export function addRetryEvent(attempt: number, failedAt: number, error: string): void {
  trace.getActiveSpan()?.addEvent(RETRY_EVENT, {
    [ATTR_MESH_RETRY_ATTEMPT]: attempt,
    [ATTR_MESH_RETRY_DELAY_MS]: Math.round(performance.now() - failedAt),
    'error.type': error,
  });
}
