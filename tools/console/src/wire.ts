// The wire records of each hop: a record names its sender's span, which is the parent of the receiver's span or linked
// by it.
import type { Lab } from '@trace-mesh/faults/server';
import type { Edge, Hop } from '@trace-mesh/trace-doctor/edges';
import { matches } from '@trace-mesh/trace-doctor/selector';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { Verdict } from '@trace-mesh/trace-doctor/wait';
import type { ShownHop } from './messages.ts';

/** How many records a hop shows: a fan-out has one for each socket. */
export const MAX_RECORDS_PER_HOP = 5;

/** The hops with what their senders wrote. A broken hop shows what was sent without its context. */
export function withWire(
  { trace, related, hops }: Pick<Verdict, 'trace' | 'related' | 'hops'>,
  edges: readonly Edge[],
  lab: Pick<Lab, 'wire'>,
): ShownHop[] {
  const traces = [trace, ...related];
  const spans = traces.flatMap((each) => each.spans);
  const records = traces.flatMap(({ traceId }) => lab.wire(traceId));
  return hops.map((hop, index) => {
    const edge = edges[index];
    const senderIds = [...new Set(hop.ok ? sendersOf(hop, spans) : edge ? candidates(edge, spans) : [])];
    const wire = records.filter(({ spanId }) => senderIds.includes(spanId)).slice(0, MAX_RECORDS_PER_HOP);
    return { ...hop, senderIds, wire };
  });
}

const sendersOf = ({ spanIds, relation }: Hop, spans: readonly Span[]): string[] =>
  spans
    .filter(({ spanId }) => spanIds.includes(spanId))
    .flatMap(({ parentSpanId, links }) =>
      relation === 'parent' ? (parentSpanId ?? []) : links.map(({ spanId }) => spanId),
    );

const candidates = ({ from }: Edge, spans: readonly Span[]): string[] =>
  spans.filter((span) => matches(span, from)).map(({ spanId }) => spanId);
