// Which span is the far side of a hop whose context was lost? Nothing in the ids says so any more; the facts on the two
// spans do: the message's id, the same request at the same time, or the names that an edge promises.
import { CLOCK_TOLERANCE_US } from '../clock.ts';
import type { Edge } from '../edges.ts';
import { matches } from '../selector.ts';
import { endUs, type Span } from '../trace.ts';

const sameFact = (a: Span, b: Span, key: string) =>
  a.attributes[key] !== undefined && a.attributes[key] === b.attributes[key];

/** The facts alone tie the two together, whatever any edge says. */
export function isFarSide(sender: Span, receiver: Span): boolean {
  if (sender.kind === 'producer' && receiver.kind === 'consumer') {
    return (
      sender.attributes['messaging.message.id'] !== '' && sameFact(sender, receiver, 'messaging.message.id')
    );
  }
  if (sender.kind !== 'client' || receiver.kind !== 'server' || !isDuring(sender, receiver)) return false;
  if (sameFact(sender, receiver, 'rpc.method')) return true;
  return (
    sameFact(sender, receiver, 'http.request.method') && pathOf(sender) === receiver.attributes['url.path']
  );
}

/** An edge promises such a hop, and the times allow it. */
export function isPromised(edge: Edge, sender: Span, receiver: Span): boolean {
  if (!matches(sender, edge.from) || !matches(receiver, edge.to)) return false;
  if (sender.kind === 'client' && receiver.kind === 'server') {
    // Two requests of one name are told apart by their paths, where both say one.
    const [asked, answered] = [pathOf(sender), receiver.attributes['url.path']];
    return isDuring(sender, receiver) && (!asked || !answered || asked === answered);
  }
  return receiver.startUs >= sender.startUs - CLOCK_TOLERANCE_US;
}

/** The far side began while the near one ran. */
export const isDuring = (sender: Span, receiver: Span) =>
  receiver.startUs >= sender.startUs - CLOCK_TOLERANCE_US &&
  receiver.startUs <= endUs(sender) + CLOCK_TOLERANCE_US;

function pathOf(span: Span): string | undefined {
  const url = span.attributes['url.full'];
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).pathname : undefined;
}

/**
 * A message on an open WebSocket that hangs below its own service's handshake, instead of below the span that sent it. The
 * first message of a handshake hangs below the other end's, and rightly.
 */
export const isBelowConnection = (message: Span, parent: Span | undefined): boolean =>
  message.kind === 'consumer' &&
  message.attributes['messaging.system.name'] === 'websocket' &&
  parent?.service === message.service &&
  parent.attributes['http.request.method'] !== undefined;
