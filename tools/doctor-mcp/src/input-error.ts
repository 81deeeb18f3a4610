import { NoSuchTrace } from '@trace-mesh/trace-doctor/answers/store';

/** An argument that a tool refuses; the message says what is wrong, and the fix. */
export class InputError extends Error {
  override name = 'InputError';
}

const FIX = 'check the id, or list the traces with find_traces: spans arrive some seconds after a request';

/** What the caller may read of a failure; undefined for a bug. The trace store's errors are of class `Error`. */
export function explain(error: unknown): string | undefined {
  if (error instanceof NoSuchTrace) return `${error.message}: ${FIX}`;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TimeoutError') return 'timed out: the trace store is slow, try again';
  return error instanceof InputError || error.constructor === Error ? error.message : undefined;
}
