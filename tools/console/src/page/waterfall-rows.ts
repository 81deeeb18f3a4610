// The rows of the waterfall: the trace as a tree, children below their parents sorted by start, each with its place on
// the time line.
import type { Span } from '@trace-mesh/trace-doctor/trace';

export interface Row {
  span: Span;
  depth: number;
  /** Parts of the whole duration, in percent. */
  left: number;
  width: number;
}

/** A span whose parent is missing is a root. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const first = Math.min(...spans.map(({ startUs }) => startUs));
  const last = Math.max(...spans.map(({ startUs, durationUs }) => startUs + durationUs));
  const percent = (us: number) => (100 * us) / Math.max(1, last - first);
  const sorted = spans.toSorted((a, b) => a.startUs - b.startUs);
  const below = Map.groupBy(sorted, ({ parentSpanId = '' }) => (known.has(parentSpanId) ? parentSpanId : ''));
  const rows = (parent: string, depth: number): Row[] =>
    (below.get(parent) ?? []).flatMap((span) => [
      { span, depth, left: percent(span.startUs - first), width: percent(span.durationUs) },
      ...rows(span.spanId, depth + 1),
    ]);
  return rows('', 0);
}

/** `12.3 ms`, or `1.20 s` from a second on. */
export const durationOf = ({ durationUs }: Span): string =>
  durationUs < 1_000_000
    ? `${(durationUs / 1_000).toFixed(1)} ms`
    : `${(durationUs / 1_000_000).toFixed(2)} s`;
