// Waits for the spans of a trace in the trace store.
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { expect, vi } from 'vitest';

/** The stored spans, once one is a SERVER span of this name; rejects after 10 s without one. */
export async function storedSpans(tracesUrl: string, traceId: string, server: string): Promise<Span[]> {
  return await vi.waitFor(
    async () => {
      const spans = (await fetchTrace(tracesUrl, traceId))?.spans ?? [];
      expect(spans.map(({ kind, name }) => `${kind} ${name}`)).toContain(`server ${server}`);
      return spans;
    },
    { timeout: 10_000, interval: 100 },
  );
}
