// The spans of a trace as the trace store has them, awaited.
import { fetchTrace } from '@trace-mesh/trace-doctor/jaeger';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { expect, vi } from 'vitest';

/** The stored spans, once there are at least `count`; rejects when they do not come. */
export async function storedSpans(tracesUrl: string, traceId: string, count: number): Promise<Span[]> {
  return await vi.waitFor(
    async () => {
      const spans = (await fetchTrace(tracesUrl, traceId))?.spans ?? [];
      expect(spans.length).toBeGreaterThanOrEqual(count);
      return spans;
    },
    { timeout: 10_000, interval: 100 },
  );
}
