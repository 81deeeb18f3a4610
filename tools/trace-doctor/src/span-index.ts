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

interface OfTrace {
  byId: Map<string, Span>;
  byParent: Map<string, Span[]>;
}

/** Indexes the spans of any number of traces. A cycle of parents, from a broken exporter, is walked once. */
export function indexSpans(spans: readonly Span[]): SpanIndex {
  // Maps in maps: keys made of two ids would be built again for each look-up.
  const traces = new Map<string, OfTrace>();
  for (const span of spans) addTo(traces, span);
  for (const { byParent } of traces.values())
    for (const siblings of byParent.values()) siblings.sort(byStart);
  const get = ({ traceId, spanId }: SpanRef) => traces.get(traceId)?.byId.get(spanId);
  const parentOf = ({ traceId, parentSpanId }: Span) =>
    parentSpanId ? traces.get(traceId)?.byId.get(parentSpanId) : undefined;
  const childrenOf = ({ traceId, spanId }: Span) => traces.get(traceId)?.byParent.get(spanId) ?? [];
  return {
    get,
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

function addTo(traces: Map<string, OfTrace>, span: Span): void {
  const own = traces.get(span.traceId) ?? { byId: new Map(), byParent: new Map() };
  traces.set(span.traceId, own);
  own.byId.set(span.spanId, span);
  if (!span.parentSpanId) return;
  const siblings = own.byParent.get(span.parentSpanId);
  if (siblings) siblings.push(span);
  else own.byParent.set(span.parentSpanId, [span]);
}
