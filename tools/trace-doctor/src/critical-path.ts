// Where the time went: the chain of spans that the end of a trace waited for. Shortening any of them shortens the whole;
// shortening another changes nothing.
import { indexSpans, type SpanIndex } from './span-index.ts';
import { endUs, type Span, type Trace } from './trace.ts';

export interface PathStep {
  span: Span;
  /** How long the path was in this span itself and in none of its children, in µs. */
  selfUs: number;
  /** How long the path waited between the end of the parent and the start of this span, as for a queue, in µs. */
  waitUs: number;
  /** `selfUs` and `waitUs` as a share of the whole path, 0 to 1. */
  share: number;
}

/**
 * The critical path from the trace's first root to the last end of anything below it, in the order of time; each span once.
 * The times of all steps add up to the length of the path. Empty for a trace without a root.
 */
export function criticalPath(trace: Trace): PathStep[] {
  const index = indexSpans(trace.spans);
  const [root] = trace.spans.filter((span) => !span.parentSpanId).sort((a, b) => a.startUs - b.startUs);
  if (!root) return [];
  const ends = lastEnds(root, index);
  const inside = linkedInside(trace.spans, index);
  const seen = new Set([root]);
  const steps: Omit<PathStep, 'share'>[] = [];
  const until = ends.get(root) ?? endUs(root);
  walk(root, root.startUs, until);
  const total = until - root.startUs;
  return steps
    .sort((a, b) => a.span.startUs - b.span.startUs)
    .map((step) => ({ ...step, share: total > 0 ? (step.selfUs + step.waitUs) / total : 0 }));

  /** Goes back in time from `until` to `from`: each moment belongs to the child that ended last before it, or to the span. */
  function walk(span: Span, from: number, until: number, waitUs = 0): void {
    let cursor = until;
    const step = { span, selfUs: 0, waitUs };
    // Before its children: of two that begin at once the outer stands first.
    steps.push(step);
    const children = [...index.childrenOf(span), ...(inside.get(span) ?? [])];
    const lastOf = (child: Span) => ends.get(child) ?? endUs(child);
    for (const child of children.sort((a, b) => lastOf(b) - lastOf(a))) {
      // A clock that is behind must not make time run backwards.
      const start = Math.max(child.startUs, from);
      if (start >= cursor || seen.has(child)) continue;
      seen.add(child);
      const stop = Math.max(Math.min(lastOf(child), cursor), start);
      step.selfUs += cursor - stop;
      // A message waits after its sender's span is over; that time is nobody's work.
      const wait = Math.max(start - Math.max(endUs(span), from), 0);
      walk(child, start, stop, wait);
      cursor = start - wait;
    }
    step.selfUs += Math.max(cursor - from, 0);
  }
}

/**
 * Spans that link to one during which they ran, as an MCP call does to the HTTP request that brought it: their time is that
 * span's, though they are another's children.
 */
function linkedInside(spans: readonly Span[], index: SpanIndex): Map<Span, Span[]> {
  const inside = new Map<Span, Span[]>();
  for (const span of spans) {
    for (const outer of span.links.map(index.get)) {
      if (!outer || outer.startUs > span.startUs || endUs(outer) < endUs(span)) continue;
      inside.set(outer, [...(inside.get(outer) ?? []), span]);
    }
  }
  return inside;
}

/** When the last thing below each span ended; by start, so that nothing needs a deep stack. */
function lastEnds(root: Span, index: SpanIndex): Map<Span, number> {
  const below = index.below(root);
  const ends = new Map(below.map((span) => [span, endUs(span)]));
  for (const span of below.toReversed()) {
    const parent = index.parentOf(span);
    if (parent) ends.set(parent, Math.max(ends.get(parent) ?? 0, ends.get(span) ?? 0));
  }
  return ends;
}
