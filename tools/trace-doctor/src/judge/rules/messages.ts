// Messages whose consumer is in another trace, or in none. One pairing finds both.
import { CLOCK_TOLERANCE_US } from '../../clock.ts';
import { label, ms } from '../../selector.ts';
import { byStart, endUs, type Span } from '../../trace.ts';
import { andMore, type Found, found } from '../finding.ts';
import { fixMessage } from '../fixes.ts';
import {
  destinationOf,
  isBroadcast,
  isOfOneMessage,
  isProducer,
  isReception,
  messageIdOf,
  receptionsOf,
} from '../messages.ts';
import { once } from '../remember.ts';
import type { Rule } from '../rule.ts';
import type { Seen } from '../seen.ts';

interface Unreceived {
  producer: Span;
  /** What processed it without its context. */
  consumer?: Span | undefined;
}

/** A send of a batch leaves its messages to the spans of their creation, which it links to or contains. */
const isOfBatch = (span: Span, { index }: Seen) =>
  span.links.length > 0 || index.childrenOf(span).some(({ kind }) => kind === 'producer');

/** The sends that no reception names, each with the reception of another trace that may be its own. */
const unreceived = once((seen): Unreceived[] => {
  const { received } = receptionsOf(seen);
  const sends = seen.spans.filter(
    (span) => isProducer(span) && !received.has(span) && !isOfBatch(span, seen),
  );
  const lost = seen.spans.filter(
    (span) => isOfOneMessage(span) && isTop(span, seen) && namesNone(span, seen),
  );
  const consumers = Map.groupBy(lost.sort(byStart), (span) => destinationOf(span) ?? '');
  const producers = Map.groupBy(sends.sort(byStart), (span) => destinationOf(span) ?? '');
  return [...producers].flatMap(([destination, own]) => pair(own, consumers.get(destination) ?? []));
});

/** A root, or below the receive of a batch that is a root. */
function isTop(span: Span, { index }: Seen): boolean {
  if (!span.parentSpanId) return true;
  const parent = index.parentOf(span);
  return parent !== undefined && !parent.parentSpanId && isReception(parent) && !isOfOneMessage(parent);
}

/** Neither it, what received it, nor a span below links to where its message came from. A link to a receive is to none that names more. */
const namesNone = (span: Span, { index }: Seen) =>
  [...index.below(span), index.parentOf(span)].every((one) =>
    (one?.links ?? []).every((link) => {
      const target = index.get(link);
      return target !== undefined && isReception(target) && target.links.length === 0;
    }),
  );

/**
 * By message id where both have one; else each producer takes the earliest consumer that started after it. Two different ids are of
 * two messages. Both lists are sorted by start.
 */
function pair(producers: readonly Span[], consumers: readonly Span[]): Unreceived[] {
  const byId = new Map(consumers.map((span) => [messageIdOf(span), span]));
  const same = producers.map((producer) => byId.get(messageIdOf(producer) ?? ''));
  const taken = new Set(same);
  const free = consumers.filter((span) => !taken.has(span));
  let next = 0;
  return producers.map((producer, at) => {
    if (same[at]) return { producer, consumer: same[at] };
    while (free[next] && (free[next]?.startUs ?? 0) < producer.startUs - CLOCK_TOLERANCE_US) next += 1;
    const consumer = free[next];
    if (!consumer || (messageIdOf(producer) && messageIdOf(consumer))) return { producer };
    next += 1;
    return { producer, consumer };
  });
}

const destinations = ({ producer, consumer }: Unreceived) =>
  JSON.stringify([producer.service, destinationOf(producer), consumer?.service]);

/** The context was lost between a producer span and a consumer span of another trace. */
export const messagesCarryContext: Rule = {
  id: 'message-without-context',
  level: 'error',
  title: 'a consumer span has its producer as parent or as link',
  check(seen) {
    const lost = unreceived(seen).filter(({ consumer }) => consumer);
    return [...Map.groupBy(lost, destinations).values()].flatMap((own): Found[] => {
      const [{ producer, consumer } = {}] = own;
      if (!producer || !consumer) return [];
      const text =
        `${label(consumer)} of trace ${consumer.traceId} has neither a producer as parent nor a link, beside ${label(producer)}, ` +
        `which sent to the same destination${andMore(own)}`;
      const shown = own.flatMap((one) => [one.producer, ...(one.consumer ? [one.consumer] : [])]);
      return [found(shown, { text, fix: fixMessage(seen.languageOf(consumer)), service: consumer.service })];
    });
  },
};

/**
 * Messages that no consumer received, although most of their destination were, and took less time than has passed since. It is a
 * note where there is no consumer, which may export elsewhere, where most have none, as of a log that is read on demand, and for a
 * broadcast, which may have no subscriber at times.
 */
export const messagesArrive: Rule = {
  id: 'message-without-consumer',
  level: 'warning',
  title: 'every message has a consumer',
  check(seen) {
    const { received, lagsUs } = receptionsOf(seen);
    const nowUs = seen.spans.reduce((latest, span) => Math.max(latest, endUs(span)), 0);
    const missing = unreceived(seen).filter(({ producer, consumer }) => {
      const lagUs = lagsUs.get(destinationOf(producer) ?? '') ?? 0;
      return !consumer && endUs(producer) + lagUs + CLOCK_TOLERANCE_US < nowUs;
    });
    if (missing.length === 0) return [];
    const arrived = Map.groupBy(received, (span) => destinationOf(span) ?? '');
    return [...Map.groupBy(missing, destinations).values()].flatMap((own): Found[] => {
      const sends = own.map(({ producer }) => producer);
      const [first] = sends;
      if (!first) return [];
      const destination = destinationOf(first) ?? '';
      const others = { lagUs: lagsUs.get(destination), arrived: arrived.get(destination)?.length ?? 0 };
      const text = `no span received what ${label(first)} sent${andMore(own)}: ${whereOthersAre(others)}`;
      const shown = found(sends, { text, fix: fixMessage(seen.languageOf(first)) });
      const mayHaveNone = isBroadcast(first) || others.arrived < sends.length;
      return [mayHaveNone ? { ...shown, level: 'note' } : shown];
    });
  },
};

function whereOthersAre({ lagUs, arrived }: { lagUs: number | undefined; arrived: number }): string {
  if (lagUs === undefined) return 'its destination has no consumer here';
  return `${arrived} other messages of its destination were received, within ${ms(lagUs)}`;
}
