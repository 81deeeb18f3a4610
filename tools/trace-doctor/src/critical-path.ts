// The critical path: the chain of spans that the end of a trace waited for. Only shortening these shortens the trace.
import { indexSpans, type SpanIndex } from './span-index.ts';
import { byStart, endUs, type Span, type Trace } from './trace.ts';

export interface PathStep {
  span: Span;
  /** Time of the path in this span and in none of its children, in µs. */
  selfUs: number;
  /** Time between the parent's end and this span's start, such as time in a queue, in µs. */
  waitUs: number;
  /** `selfUs` and `waitUs` as a share of the whole path, 0 to 1. */
  share: number;
}

/**
 * The critical path from the trace's first root to the last end below it, in time order; each span once. The times of all
 * steps add up to the length of the path. Empty for a trace without a root.
 */
export function criticalPath(trace: Trace): PathStep[] {
  const index = indexSpans(trace.spans);
  const [root] = index.roots.sort(byStart);
  if (!root) return [];
  const ends = lastEnds(root, index);
  const inside = linkedInside(trace.spans, index);
  const seen = new Set([root]);
  const steps: Omit<PathStep, 'share'>[] = [];
  const until = ends.get(root) ?? endUs(root);
  walk(root, root.startUs, until);
  const total = until - root.startUs;
  return steps
    .sort((a, b) => byStart(a.span, b.span))
    .map((step) => ({ ...step, share: total > 0 ? (step.selfUs + step.waitUs) / total : 0 }));

  /** Walks back in time from `until` to `from`: each moment belongs to the child that ended last before it, or to the span. */
  function walk(span: Span, from: number, until: number, waitUs = 0): void {
    let cursor = until;
    const step = { span, selfUs: 0, waitUs };
    // The outer of two spans that start together comes first.
    steps.push(step);
    const children = [...index.childrenOf(span), ...(inside.get(span) ?? [])];
    const lastOf = (child: Span) => ends.get(child) ?? endUs(child);
    for (const child of children.sort((a, b) => lastOf(b) - lastOf(a))) {
      // A slow clock must not make time run backwards.
      const start = Math.max(child.startUs, from);
      if (start >= cursor || seen.has(child)) continue;
      seen.add(child);
      const stop = Math.max(Math.min(lastOf(child), cursor), start);
      step.selfUs += cursor - stop;
      // A message waits after its sender's span ended; this time belongs to no span.
      const wait = Math.max(start - Math.max(endUs(span), from), 0);
      walk(child, start, stop, wait);
      cursor = start - wait;
    }
    step.selfUs += Math.max(cursor - from, 0);
  }
}

/**
 * Spans that link to a span that was running, such as an MCP call to the HTTP request that carried it. Their time counts as
 * that span's, although another span is their parent.
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

/** The last end below each span, computed by start time so that deep traces need no deep stack. */
function lastEnds(root: Span, index: SpanIndex): Map<Span, number> {
  const below = index.below(root);
  const ends = new Map(below.map((span) => [span, endUs(span)]));
  for (const span of below.toReversed()) {
    const parent = index.parentOf(span);
    if (parent) ends.set(parent, Math.max(ends.get(parent) ?? 0, ends.get(span) ?? 0));
  }
  return ends;
}
