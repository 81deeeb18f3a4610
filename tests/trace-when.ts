// A trace that begins outside, at a traceparent of the test's own: it has no root to wait for, only what it must hold.
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Trace } from '@trace-mesh/trace-doctor/trace';
import { vi } from 'vitest';

const DEADLINE_MS = 10_000;
const POLL_MS = 100;

/** The trace as soon as `check` does not throw; rejects with what it threw last when `timeout` ms are up. */
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
