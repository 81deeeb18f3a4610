// The rows of the waterfall: the trace as a tree, children below their parents sorted by start, each with its place on
// the time line.
import { indexSpans } from '@trace-mesh/trace-doctor/span-index';
import { byStart, type Span, timeOf } from '@trace-mesh/trace-doctor/trace';

export interface Row {
  span: Span;
  depth: number;
  /** Parts of the whole duration, in percent. */
  left: number;
  width: number;
}

/** A span whose parent is missing is a root. */
export function rowsOf(spans: readonly Span[]): Row[] {
  const { roots, orphans, childrenOf } = indexSpans(spans);
  const { startUs: first, endUs: last } = timeOf({ spans }) ?? { startUs: 0, endUs: 0 };
  const percent = (us: number) => (100 * us) / Math.max(1, last - first);
  const rows = (span: Span, depth: number): Row[] => [
    { span, depth, left: percent(span.startUs - first), width: percent(span.durationUs) },
    ...childrenOf(span).flatMap((child) => rows(child, depth + 1)),
  ];
  return [...roots, ...orphans].sort(byStart).flatMap((span) => rows(span, 0));
}

/** `12.3 ms`, or `1.20 s` from a second on. */
export const durationOf = ({ durationUs }: Span): string =>
  durationUs < 1_000_000
    ? `${(durationUs / 1_000).toFixed(1)} ms`
    : `${(durationUs / 1_000_000).toFixed(2)} s`;
