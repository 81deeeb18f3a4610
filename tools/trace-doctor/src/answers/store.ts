// The trace store that the doctor reads from.
import { fetchTrace } from '../jaeger.ts';
import type { Trace } from '../trace.ts';
import { withoutOwnCalls } from './own-calls.ts';

export interface Store {
  tracesUrl: string;
  stop: AbortSignal;
  /** The trace as far as it has arrived, without the doctor's own calls. Rejects with `NoSuchTrace` if the store does not have it. */
  read(traceId: string): Promise<Trace>;
}

/** The store does not have the trace. The message names the id and the store. */
export class NoSuchTrace extends Error {
  override name = 'NoSuchTrace';
}

/** The store behind Jaeger's query API at this address. */
export const storeAt = (tracesUrl: string, stop: AbortSignal): Store => ({
  tracesUrl,
  stop,
  async read(traceId) {
    const trace = await fetchTrace(tracesUrl, traceId, { signal: stop });
    if (!trace || trace.spans.length === 0)
      throw new NoSuchTrace(`no such trace: ${traceId} (at ${tracesUrl})`);
    return withoutOwnCalls(trace);
  },
});
