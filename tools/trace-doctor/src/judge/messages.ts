// Messages: which producer spans were received, and how long messages of a destination take.
import type { Span } from '../trace.ts';
import { once } from './remember.ts';
import { type Seen, text } from './seen.ts';

const operation = (span: Span) =>
  text(span, 'messaging.operation.type') ?? text(span, 'messaging.operation.name');

/** `messaging.message.id`, if it is not empty. */
export const messageIdOf = (span: Span): string | undefined => text(span, 'messaging.message.id');

/** `kafka orders`, or ` orders` of an unknown system. Undefined for a temporary destination, whose name is on no other span. */
export function destinationOf(span: Span): string | undefined {
  const system = text(span, 'messaging.system.name') ?? '';
  const name = text(span, 'messaging.destination.template') ?? text(span, 'messaging.destination.name');
  return name && !text(span, 'messaging.destination.temporary') ? `${system} ${name}` : undefined;
}

/** A span that sends to a destination with a lasting name. */
export const isProducer = (span: Span): boolean =>
  span.kind === 'producer' && destinationOf(span) !== undefined;

/** A channel of Redis delivers to those that are subscribed at that moment, and keeps nothing. Its streams do, by another operation. */
export const isBroadcast = (span: Span): boolean =>
  text(span, 'messaging.system.name') === 'redis' && text(span, 'messaging.operation.name') === 'publish';

/** A span that took messages: a consumer, or the client span of a receive. */
export const isReception = (span: Span): boolean =>
  span.kind === 'consumer' || ['receive', 'process', 'poll'].includes(operation(span) ?? '');

/** One message is in the span: then its producer is known where it carried its context. A receive may be of many, or of none. */
export const isOfOneMessage = (span: Span): boolean =>
  isReception(span) &&
  (!['receive', 'poll'].includes(operation(span) ?? '') ||
    ['messaging.message.id', 'kafka.offset', 'messaging.kafka.offset'].some(
      (key) => text(span, key) !== undefined,
    ));

export interface Receptions {
  /** The producer spans that a reception names, as its parent or by a link. */
  received: ReadonlySet<Span>;
  /** The largest time from a send to its reception, by destination, in µs. A destination without a reception is absent. */
  lagsUs: ReadonlyMap<string, number>;
}

/** Computed once for what was seen. */
export const receptionsOf = once((seen): Receptions => {
  const received = new Set<Span>();
  const lagsUs = new Map<string, number>();
  for (const span of seen.spans) {
    if (!isReception(span) && !isCalledBy(seen.index.parentOf(span), span)) continue;
    const destination = destinationOf(span);
    if (destination) lagsUs.set(destination, lagsUs.get(destination) ?? 0);
    for (const producer of producersOf(span, seen)) {
      received.add(producer);
      const sent = destinationOf(producer) ?? '';
      lagsUs.set(sent, Math.max(lagsUs.get(sent) ?? 0, span.startUs - producer.startUs));
    }
  }
  return { received, lagsUs };
});

/** A function that a queue calls has a server span. */
const isCalledBy = (producer: Span | undefined, span: Span) =>
  producer?.kind === 'producer' && producer.service !== span.service;

/** The producers that a reception names. Where the context is that of the caller of the producers, all of its sends may be meant. */
function producersOf(reception: Span, { index }: Seen): Span[] {
  const parent = index.parentOf(reception);
  const named = [...(parent ? [parent] : []), ...reception.links.flatMap((link) => index.get(link) ?? [])];
  return named.flatMap((span) => {
    const above = producersAbove(span, index.parentOf);
    if (above.length > 0 || isReception(span)) return above;
    const destination = destinationOf(reception);
    return index
      .childrenOf(span)
      .filter((child) => isProducer(child) && destinationOf(child) === destination);
  });
}

/** The producer itself or the nearest one above, within its service, and those around it: a send around a create. */
function producersAbove(start: Span, parentOf: (span: Span) => Span | undefined): Span[] {
  const producers = new Set<Span>();
  for (let span: Span | undefined = start; span; span = parentOf(span)) {
    if (span.service !== start.service || producers.has(span)) break;
    if (isProducer(span)) producers.add(span);
    else if (producers.size > 0 || span.kind !== 'client') break;
  }
  return [...producers];
}
