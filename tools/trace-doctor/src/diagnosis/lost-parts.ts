// The parts of a trace that ended up in other traces, because a hop did not carry the context.
import { checkEdges, type Edge } from '../edges.ts';
import { matches } from '../selector.ts';
import { indexSpans, type SpanIndex } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { isBelowConnection, isDuring, isFarSide, isPromised } from './far-side.ts';

export interface LostPart {
  sender: Span;
  /** What arrived at the far side, and all below it. */
  receiver: Span;
  spans: Span[];
  /** How the hop is called, where an edge promises it. */
  transport?: string;
  /** The connection's span, where the far side took it for the sender. */
  connection?: Span | undefined;
}

/**
 * Finds what `others` hold of this trace: first what its own spans lost, then what those parts lost in turn. Each sender
 * claims one span for each hop, the earliest that fits; of its own service, all that began while it ran.
 */
export function findLostParts(trace: Trace, edges: readonly Edge[], others: readonly Trace[]): LostPart[] {
  const elsewhere = others.filter(({ traceId }) => traceId !== trace.traceId).flatMap(({ spans }) => spans);
  const index = indexSpans([...trace.spans, ...elsewhere]);
  const free = new Set(elsewhere.filter((span) => mayBeLost(span, index)).sort(byStart));
  const parts: LostPart[] = [];
  // The list grows as parts are found; it is walked to its end.
  const known = trace.spans.toSorted(byStart);
  const hops = checkEdges(trace, edges);
  const broken = edges.filter((edge, n) => edge.relation === 'parent' && !hops[n]?.ok);
  for (const sender of known) {
    for (const part of lostBy(sender, broken, free, index)) {
      // Two edges may lead to the same span.
      if (!free.delete(part.receiver)) continue;
      parts.push(part);
      known.push(...part.spans);
    }
  }
  return parts;
}

/** It began a trace of its own, or it took the connection for its sender. */
function mayBeLost(span: Span, index: SpanIndex): boolean {
  return span.parentSpanId === undefined || isBelowConnection(span, index.parentOf(span));
}

function lostBy(sender: Span, edges: readonly Edge[], free: Set<Span>, index: SpanIndex): LostPart[] {
  const children = index.childrenOf(sender);
  // A span that links to its sender has not lost it: it began a trace of its own on purpose.
  const loose = [...free].filter((span) => !span.links.some((link) => link.spanId === sender.spanId));
  const promised = edges.filter(
    (edge) => matches(sender, edge.from) && !children.some((child) => matches(child, edge.to)),
  );
  const found = promised.flatMap((edge) => {
    const fitting = loose.filter((span) => isPromised(edge, sender, span));
    const inside = fitting.filter((span) => span.service === sender.service && isDuring(sender, span));
    const first =
      fitting.find((span) => isFarSide(sender, span)) ?? fitting.find((span) => mayGuess(sender, span));
    const receivers = inside.length > 0 ? inside : [first].flatMap((span) => span ?? []);
    return receivers.map((receiver) => lostPart(sender, receiver, index, edge.transport));
  });
  // A hop that no edge promises is known by its facts alone; one that arrived leaves nothing to look for.
  if (found.length > 0 || children.some((child) => isOpposite(sender, child))) return found;
  const receiver = loose.find((span) => isFarSide(sender, span));
  return receiver ? [lostPart(sender, receiver, index)] : [];
}

/** Where both name their message and the names differ, it is another's. */
function mayGuess(sender: Span, receiver: Span): boolean {
  const [sent, received] = [sender, receiver].map((span) => span.attributes['messaging.message.id']);
  return !sent || !received || sent === received;
}

function lostPart(sender: Span, receiver: Span, index: SpanIndex, transport?: string): LostPart {
  const spans = index.below(receiver);
  const connection = index.parentOf(receiver);
  return { sender, receiver, spans, ...(transport && { transport }), ...(connection && { connection }) };
}

const isOpposite = (sender: Span, child: Span) =>
  (sender.kind === 'client' && child.kind === 'server') ||
  (sender.kind === 'producer' && child.kind === 'consumer');

const byStart = (a: Span, b: Span) => a.startUs - b.startUs;
