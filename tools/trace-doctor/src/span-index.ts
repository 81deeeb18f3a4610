// An index over spans: by reference, to the parent, to the children.
import type { Span, SpanRef } from './trace.ts';

export interface SpanIndex {
  /** The span with exactly this trace and span id, if it arrived. */
  get(ref: SpanRef): Span | undefined;
  parentOf(span: Span): Span | undefined;
  /** By start time. */
  childrenOf(span: Span): Span[];
  /** The span and all its descendants. */
  below(span: Span): Span[];
}

/** Identifies a span over all traces. */
export const keyOf = ({ traceId, spanId }: SpanRef) => `${traceId}-${spanId}`;

const NO_PARENT = { traceId: '', spanId: '' };

/** The parent's reference; undefined for a root. */
const parentRef = ({ traceId, parentSpanId }: Span): SpanRef | undefined =>
  parentSpanId === undefined ? undefined : { traceId, spanId: parentSpanId };

/** Indexes the spans of any number of traces. A cycle of parents, from a broken exporter, is walked once. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  const byKey = new Map(spans.map((span) => [keyOf(span), span]));
  const inOrder = spans.toSorted((a, b) => a.startUs - b.startUs);
  const children = Map.groupBy(inOrder, (span) => keyOf(parentRef(span) ?? NO_PARENT));
  const childrenOf = (span: Span) => children.get(keyOf(span)) ?? [];
  return {
    get: (ref) => byKey.get(keyOf(ref)),
    parentOf(span) {
      const parent = parentRef(span);
      return parent && byKey.get(keyOf(parent));
    },
    childrenOf,
    below(top) {
      const found = new Set([top]);
      // Iterating a set visits elements added meanwhile.
      for (const span of found) for (const child of childrenOf(span)) found.add(child);
      return [...found];
    },
  };
}
