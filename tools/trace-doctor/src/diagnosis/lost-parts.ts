// Finds the parts of a trace that are in other traces because a hop lost the context.
import { checkEdges, type Edge } from '../edges.ts';
import { matches } from '../selector.ts';
import { indexSpans, type SpanIndex } from '../span-index.ts';
import { byStart, type Span, type Trace } from '../trace.ts';
import { isDuring, isFarSide, isPromised } from './far-side.ts';
import { isBelowConnection } from './stale-messages.ts';

export interface LostPart {
  sender: Span;
  /** The span that arrived at the far side, and all spans below it. */
  receiver: Span;
  spans: Span[];
  /** The edge that expects the hop, if there is one. */
  edge?: Edge;
  /** The connection's span, if the far side became its child. */
  connection?: Span | undefined;
}

/**
 * Finds the parts in `others`: first those that this trace's spans lost, then those that the parts lost in turn. Each sender
 * takes one span per hop, the earliest that fits; within its own service, all that started while it ran.
 */
export function findLostParts(trace: Trace, edges: readonly Edge[], others: readonly Trace[]): LostPart[] {
  const otherSpans = others.filter(({ traceId }) => traceId !== trace.traceId).flatMap(({ spans }) => spans);
  const index = indexSpans([...trace.spans, ...otherSpans]);
  const free = new Set(otherSpans.filter((span) => mayBeLost(span, index)).sort(byStart));
  const parts: LostPart[] = [];
  // `known` grows while it is iterated.
  const known = trace.spans.toSorted(byStart);
  const hops = checkEdges(trace, edges);
  // A message below its connection is here: one of the same name in another trace is of another sender.
  const stale = trace.spans.filter((span) => isBelowConnection(span, index.parentOf(span)));
  const isHere = ({ relation, to }: Edge) => relation === 'parent' && stale.some((span) => matches(span, to));
  const broken = edges.filter((edge, n) => !hops[n]?.ok && !isHere(edge));
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

/** The span started its own trace, or is a child of the connection's span. */
function mayBeLost(span: Span, index: SpanIndex): boolean {
  return span.parentSpanId === undefined || isBelowConnection(span, index.parentOf(span));
}

function lostBy(sender: Span, edges: readonly Edge[], free: Set<Span>, index: SpanIndex): LostPart[] {
  const children = index.childrenOf(sender);
  // A span that links to its sender started its own trace on purpose.
  const loose = [...free].filter((span) => !span.links.some((link) => link.spanId === sender.spanId));
  const promised = edges.filter(
    (edge) =>
      edge.relation === 'parent' &&
      matches(sender, edge.from) &&
      !children.some((child) => matches(child, edge.to)),
  );
  const found = promised.flatMap((edge) => {
    const fitting = loose.filter((span) => isPromised(edge, sender, span));
    const inside = fitting.filter((span) => span.service === sender.service && isDuring(sender, span));
    const first =
      fitting.find((span) => isFarSide(sender, span)) ?? fitting.find((span) => mayGuess(sender, span));
    const receivers = inside.length > 0 ? inside : [first].flatMap((span) => span ?? []);
    return receivers.map((receiver) => lostPart(sender, receiver, index, edge));
  });
  // Without an expected edge, only facts on the spans identify the far side. A sender with a matching child lost nothing.
  if (found.length > 0 || children.some((child) => isOpposite(sender, child))) return found;
  const receiver = loose.find((span) => isFarSide(sender, span));
  if (!receiver) return [];
  const linked = edges.find((edge) => matches(sender, edge.from) && matches(receiver, edge.to));
  return [lostPart(sender, receiver, index, linked)];
}

/** Two spans with different message ids are about different messages. */
function mayGuess(sender: Span, receiver: Span): boolean {
  const [sent, received] = [sender, receiver].map((span) => span.attributes['messaging.message.id']);
  return !sent || !received || sent === received;
}

function lostPart(sender: Span, receiver: Span, index: SpanIndex, edge?: Edge): LostPart {
  const spans = index.below(receiver);
  const connection = index.parentOf(receiver);
  return { sender, receiver, spans, ...(edge && { edge }), ...(connection && { connection }) };
}

const isOpposite = (sender: Span, child: Span) =>
  (sender.kind === 'client' && child.kind === 'server') ||
  (sender.kind === 'producer' && child.kind === 'consumer');
