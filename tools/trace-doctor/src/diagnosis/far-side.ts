// Finds the far side of a hop that lost its context, by facts on the two spans: the message id, the same request at the same
// time, or the names that an edge expects.
import { CLOCK_TOLERANCE_US } from '../clock.ts';
import type { Edge } from '../edges.ts';
import { matches } from '../selector.ts';
import { endUs, type Span } from '../trace.ts';

const sameFact = (a: Span, b: Span, key: string) =>
  a.attributes[key] !== undefined && a.attributes[key] === b.attributes[key];

/** The facts on the two spans match, whether or not an edge expects the hop. */
export function isFarSide(sender: Span, receiver: Span): boolean {
  if (sender.kind === 'producer' && receiver.kind === 'consumer') return isSameMessage(sender, receiver);
  if (sender.kind !== 'client' || receiver.kind !== 'server' || !isDuring(sender, receiver)) return false;
  if (sameFact(sender, receiver, 'rpc.method')) return true;
  return (
    sameFact(sender, receiver, 'http.request.method') && pathOf(sender) === receiver.attributes['url.path']
  );
}

/** The same id at the same destination: ids of two Redis streams are equal if they are of the same millisecond. */
const isSameMessage = (sender: Span, receiver: Span) =>
  sender.attributes['messaging.message.id'] !== '' &&
  sameFact(sender, receiver, 'messaging.message.id') &&
  sender.attributes['messaging.destination.name'] === receiver.attributes['messaging.destination.name'];

/** An edge expects this hop, and the times allow it. */
export function isPromised(edge: Edge, sender: Span, receiver: Span): boolean {
  if (!matches(sender, edge.from) || !matches(receiver, edge.to)) return false;
  if (sender.kind === 'client' && receiver.kind === 'server') {
    // Paths distinguish two requests of one name, where both spans have one.
    const [asked, answered] = [pathOf(sender), receiver.attributes['url.path']];
    return isDuring(sender, receiver) && (!asked || !answered || asked === answered);
  }
  return receiver.startUs >= sender.startUs - CLOCK_TOLERANCE_US;
}

/** The far side started while the near side ran. */
export const isDuring = (sender: Span, receiver: Span) =>
  receiver.startUs >= sender.startUs - CLOCK_TOLERANCE_US &&
  receiver.startUs <= endUs(sender) + CLOCK_TOLERANCE_US;

/** The path of a client span's URL. */
export function pathOf(span: Span): string | undefined {
  const url = span.attributes['url.full'];
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).pathname : undefined;
}
