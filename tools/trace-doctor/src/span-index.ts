// The ways through a set of spans: from a reference to its span, up to the parent, down to the children.
import type { Span, SpanRef } from './trace.ts';

export interface SpanIndex {
  /** The span of exactly this trace and id, where it arrived. */
  get(ref: SpanRef): Span | undefined;
  parentOf(span: Span): Span | undefined;
  /** By start. */
  childrenOf(span: Span): Span[];
  /** The span itself, its children, theirs, and so on. */
  below(span: Span): Span[];
}

const key = ({ traceId, spanId }: SpanRef) => `${traceId}-${spanId}`;

const NO_PARENT = { traceId: '', spanId: '' };

/** The parent's reference; undefined for a span that began its trace. */
const parentRef = ({ traceId, parentSpanId }: Span): SpanRef | undefined =>
  parentSpanId === undefined ? undefined : { traceId, spanId: parentSpanId };

/** Indexes the spans of any number of traces. A cycle of parents, which only a broken exporter makes, is walked once. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  const byKey = new Map(spans.map((span) => [key(span), span]));
  const inOrder = spans.toSorted((a, b) => a.startUs - b.startUs);
  const children = Map.groupBy(inOrder, (span) => key(parentRef(span) ?? NO_PARENT));
  const childrenOf = (span: Span) => children.get(key(span)) ?? [];
  return {
    get: (ref) => byKey.get(key(ref)),
    parentOf(span) {
      const parent = parentRef(span);
      return parent && byKey.get(key(parent));
    },
    childrenOf,
    below(top) {
      const found = new Set([top]);
      // A set is walked to its end even where it grows meanwhile.
      for (const span of found) for (const child of childrenOf(span)) found.add(child);
      return [...found];
    },
  };
}
