// Spans with the wrong parent, and hops whose far side is in no trace.
import { isDeepStrictEqual } from 'node:util';
import { CLOCK_TOLERANCE_US } from '../clock.ts';
import { checkEdges, type Edge } from '../edges.ts';
import { describe, label, matches, type SpanSelector } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import { byStart, type Span, type Trace } from '../trace.ts';
import type { LostPart } from './lost-parts.ts';
import { isBelowConnection, staleConnection } from './stale-messages.ts';
import { type Diagnosis, diagnosis, type Evidence, type Finding, startedNewTrace } from './types.ts';

/**
 * The broken edges once the lost parts are included. An edge whose near side is missing is a consequence of an earlier one and
 * is not reported.
 */
export function misplaced(
  { trace, edges, related = [], others = [] }: Evidence,
  parts: readonly LostPart[],
): Diagnosis[] {
  const spans = [...trace.spans, ...parts.flatMap((part) => part.spans)];
  const index = indexSpans([...spans, ...related.flatMap((other) => other.spans)]);
  // Each span is reported once; the lost parts already are.
  const reported = new Set(parts.map(({ receiver }) => receiver));
  const absentees: SpanSelector[] = [];
  const isReported = (edge: Edge, sender: Span) =>
    parts.some(
      (part) => part.sender === sender && (edge.relation === 'link' || matches(part.receiver, edge.to)),
    );
  const hops = checkEdges({ ...trace, spans }, edges, related);
  const broken = edges.flatMap((edge, n) => {
    const hop = hops[n];
    return hop && !hop.ok ? [{ edge, why: hop.why ?? '', spanIds: hop.spanIds }] : [];
  });
  // Parents first: a missing link beside a missing parent has the same cause.
  const inOrder = broken.toSorted(
    (a, b) => Number(a.edge.relation === 'link') - Number(b.edge.relation === 'link'),
  );
  return inOrder.flatMap(({ edge, why, spanIds }) => {
    const senders = spans.filter((span) => matches(span, edge.from));
    const [sender] = senders;
    if (!sender || senders.some((span) => isReported(edge, span))) return [];
    const wrong = (edge.inOtherTrace ? related.flatMap((other) => other.spans) : spans).filter(
      (span) => spanIds.includes(span.spanId) && matches(span, edge.to),
    );
    if (wrong.length === 0) {
      if (absentees.some((to) => isDeepStrictEqual(to, edge.to))) return [];
      absentees.push(edge.to);
      return [unlinked(edge, sender, others) ?? absent(edge, sender)];
    }
    // orphans.ts reports a parent that never arrived.
    const fresh = wrong.filter((span) => !reported.has(span) && !index.orphans.includes(span));
    const [first] = fresh;
    if (!first) return [];
    for (const span of fresh) reported.add(span);
    const finding = explain(edge, why, sender, first, index.parentOf(first));
    return [diagnosis({ ...finding, row: edge.row }, [sender, ...fresh])];
  });
}

function explain(edge: Edge, why: string, sender: Span, receiver: Span, parent: Span | undefined): Finding {
  if (edge.relation === 'parent' && parent && isBelowConnection(receiver, parent))
    return staleConnection(sender, receiver, parent);
  if (edge.relation === 'parent' && parent && isOfItem(edge, sender)) {
    const text = `${label(receiver)} is a child of ${label(parent)}, not of its item ${label(sender)}`;
    return { cause: 'item-outside-its-span', text };
  }
  return { cause: 'carrier-without-context', text: `${edge.transport}: ${why}` };
}

const isOfItem = (edge: Edge, sender: Span) =>
  edge.transport === 'batch' || sender.attributes['mesh.batch.index'] !== undefined;

function absent(edge: Edge, sender: Span): Diagnosis {
  const text = `no ${describe(edge.to)} found in any trace; expected after ${label(sender)} over ${edge.transport}`;
  return diagnosis({ cause: 'never-arrived', row: edge.row, text }, [sender]);
}

/** Correctly started its own trace, but the expected link is missing. */
function unlinked(edge: Edge, sender: Span, others: readonly Trace[]): Diagnosis | undefined {
  if (!edge.inOtherTrace) return undefined;
  const found = others
    .flatMap(({ spans }) => spans)
    .filter((span) => matches(span, edge.to) && span.startUs >= sender.startUs - CLOCK_TOLERANCE_US)
    .sort(byStart)[0];
  if (!found) return undefined;
  const text = `${startedNewTrace(found)}, as expected, but without a link to ${label(sender)}`;
  return diagnosis({ cause: 'carrier-without-context', row: edge.row, text }, [sender, found]);
}
