// Waits for a trace that continues a traceparent of the test, so that it has no root span to wait for.
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { vi } from 'vitest';

const DEADLINE_MS = 10_000;
const POLL_MS = 100;

/** Resolves to the trace when `check` passes; after `timeout` ms rejects with the last error of `check`. */
export function traceWhen(
  tracesUrl: string,
  traceId: string,
  check: (trace: Trace) => void,
  timeout = DEADLINE_MS,
): Promise<Trace> {
  return vi.waitFor(
    async () => {
      const trace = (await fetchTrace(tracesUrl, traceId)) ?? { traceId, spans: [] };
      check(trace);
      return trace;
    },
    { timeout, interval: POLL_MS },
  );
}
