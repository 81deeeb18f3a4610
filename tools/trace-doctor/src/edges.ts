// Checks a trace: whether each expected hop carried its context, and whether the trace is whole.
import { isDeepStrictEqual } from 'node:util';
import { describe, label, matches, type SpanSelector } from './selector.ts';
import { indexSpans, type SpanIndex } from './span-index.ts';
import type { Span, Trace } from './trace.ts';

export type { SpanSelector };

/** One expected hop: the span `to` is a child of, or links to, a span `from`. */
export interface Edge {
  from: SpanSelector;
  to: SpanSelector;
  transport: string;
  relation: 'parent' | 'link';
  /** The row of the propagation matrix (docs/trace-flow.md). */
  row: number;
  /** `to` is in another trace, which this trace links to or the scenario names. */
  inOtherTrace?: true;
}

/** The verdict on one edge. `from` and `to` are services. */
export interface Hop extends Pick<Edge, 'transport' | 'relation' | 'row'> {
  from: string;
  to: string;
  ok: boolean;
  /** What broke; absent when the hop holds. */
  why?: string;
  /** Why it cannot be judged, where it leads to a trace that is not in the store. It counts as ok. */
  unproven?: string;
  /** The `to` spans: those that came from `from` when the hop holds, the broken ones when not. */
  spanIds: string[];
}

/**
 * The verdict on each edge, in the edges' order. An edge holds if at least one span `to` came from a span `from`, and every
 * span `to` from a span that an edge allows: one good message of two does not prove the carrier. `related` are the other
 * traces that edges lead to. `absent` are the ids of those that the store does not have and that need not be there: without
 * them a link to such a trace is broken.
 */
export function checkEdges(
  trace: Trace,
  edges: readonly Edge[],
  related: readonly Trace[] = [],
  absent: ReadonlySet<string> = new Set(),
): Hop[] {
  const relatedSpans = related.flatMap(({ spans }) => spans);
  const index = indexSpans([...trace.spans, ...relatedSpans]);
  return edges.map((edge) => {
    const { from, to, transport, relation, row } = edge;
    const cameFrom = (span: Span, senders: SpanSelector[]) =>
      sources(span, relation, index).some((source) => senders.some((sender) => matches(source, sender)));
    const arrived = (edge.inOtherTrace ? relatedSpans : trace.spans).filter((span) => matches(span, to));
    // Two senders may reach the same kind of span: each has its own edge.
    const rivals = edges.filter((other) => other.relation === relation && isDeepStrictEqual(other.to, to));
    const senders = rivals.map((rival) => rival.from);
    const broken = arrived.filter((span) => !cameFrom(span, senders));
    const carried = arrived.filter((span) => cameFrom(span, [from]));
    const why = () => {
      if (arrived.length === 0)
        return `no span ${describe(to)} arrived: it was not recorded, or it started a new trace`;
      if (broken.length > 0) return explain(broken, arrived.length, relation, senders, index);
      return `no span ${describe(to)} came from ${describe(from)}`;
    };
    const holds = broken.length === 0 && carried.length > 0;
    const unproven = holds ? undefined : unreadLink(edge, trace, { arrived, broken }, absent);
    const ok = holds || unproven !== undefined;
    const ends = { from: from.service, to: to.service };
    const spanIds = (holds ? carried : broken).map((span) => span.spanId);
    const reason = ok ? { ...(unproven && { unproven }) } : { why: why() };
    return { ...ends, transport, relation, row, ok, ...reason, spanIds };
  });
}

/** A sentence if what the edge expects may be in a trace that is absent: then nothing proves the hop, or its loss. */
function unreadLink(
  { relation, inOtherTrace }: Edge,
  trace: Trace,
  { arrived, broken }: { arrived: readonly Span[]; broken: readonly Span[] },
  absent: ReadonlySet<string>,
): string | undefined {
  const absentOf = ({ links }: Span) => links.find(({ traceId }) => absent.has(traceId))?.traceId;
  const [anyAbsent] = absent;
  // Spans that arrived came from the sender of another edge: this sender's may be in the absent trace.
  if (inOtherTrace && broken.length === 0 && anyAbsent) {
    const linking = trace.spans.find(absentOf);
    return linking ? absentLink(linking, absentOf(linking) ?? '') : `trace ${anyAbsent} is ${ABSENT}`;
  }
  const unread = broken.length > 0 ? broken : arrived;
  const [first] = relation === 'link' ? unread : [];
  return first && unread.every(absentOf) ? absentLink(first, absentOf(first) ?? '') : undefined;
}

const ABSENT = 'not in the store: sampled away or expired';

/** For a span that links to a trace which the store does not have. */
export const absentLink = (span: Span, traceId: string): string =>
  `${label(span)} links to trace ${traceId}, which is ${ABSENT}`;

/** One line per reason why the spans are not one whole trace: it has one root, and every parent arrived. */
export function checkWhole(trace: Trace): string[] {
  if (trace.spans.length === 0) return [`no span of trace ${trace.traceId} arrived`];
  const { roots, orphans } = indexSpans(trace.spans);
  return [
    ...(roots.length === 0 ? ['the trace has no root: the span that began it never arrived'] : []),
    ...(roots.length > 1 ? [`the trace has ${roots.length} roots: ${roots.map(label).join(', ')}`] : []),
    ...orphans.map((span) => `${label(span)} names parent ${span.parentSpanId}, which never arrived`),
  ];
}

/** The spans that this one came from: its parent, or the spans it links to, if they arrived. */
function sources(span: Span, relation: Edge['relation'], index: SpanIndex): Span[] {
  const found = relation === 'parent' ? [index.parentOf(span)] : span.links.map(index.get);
  return found.flatMap((source) => source ?? []);
}

function explain(
  broken: Span[],
  of: number,
  relation: Edge['relation'],
  senders: SpanSelector[],
  index: SpanIndex,
): string {
  const [first] = broken;
  if (!first) return '';
  const expected = `expected ${senders.map(describe).join(' or ')}`;
  const found = sources(first, relation, index).map(describe).join(', ');
  const flaw = relation === 'parent' ? parentFlaw(first, found) : linkFlaw(first, found);
  return `${of > 1 ? `${broken.length} of ${of}: ` : ''}${label(first)} ${flaw}, ${expected}`;
}

function parentFlaw(span: Span, found: string): string {
  if (!span.parentSpanId) return 'has no parent: it started a new trace';
  return found ? `is child of ${found}` : `names parent ${span.parentSpanId}, which never arrived`;
}

function linkFlaw(span: Span, found: string): string {
  if (span.links.length === 0) return 'has no link';
  return `links to ${found || 'spans that never arrived'}`;
}
