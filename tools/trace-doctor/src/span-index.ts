// An index over spans: by reference, to the parent, to the children.
import { byStart, type Span, type SpanRef } from './trace.ts';

export interface SpanIndex {
  /** The span with exactly this trace and span id, if it arrived. */
  get(ref: SpanRef): Span | undefined;
  parentOf(span: Span): Span | undefined;
  /** By start time. */
  childrenOf(span: Span): Span[];
  /** The span and all its descendants. */
  below(span: Span): Span[];
  /** The spans without a parent. */
  roots: Span[];
  /** The spans whose parent never arrived. */
  orphans: Span[];
}

/** Identifies a span over all traces. */
export const keyOf = ({ traceId, spanId }: SpanRef) => `${traceId}-${spanId}`;

/** The parent's key; for a root it is that of no span. */
const parentKey = ({ traceId, parentSpanId = '' }: Span) => keyOf({ traceId, spanId: parentSpanId });

/** Indexes the spans of any number of traces. A cycle of parents, from a broken exporter, is walked once. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  const byKey = new Map(spans.map((span) => [keyOf(span), span]));
  const children = Map.groupBy(spans.toSorted(byStart), parentKey);
  const parentOf = (span: Span) => byKey.get(parentKey(span));
  const childrenOf = (span: Span) => children.get(keyOf(span)) ?? [];
  return {
    get: (ref) => byKey.get(keyOf(ref)),
    parentOf,
    childrenOf,
    roots: spans.filter((span) => !span.parentSpanId),
    orphans: spans.filter((span) => span.parentSpanId && !parentOf(span)),
    below(top) {
      const found = new Set([top]);
      // Iterating a set visits elements added meanwhile.
      for (const span of found) for (const child of childrenOf(span)) found.add(child);
      return [...found];
    },
  };
}
