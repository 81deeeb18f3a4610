// WebSocket messages that are children of their connection: a handler ran in the context in which it was opened.
import { label } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, diagnosis, type Finding } from './types.ts';

/**
 * A message on an open WebSocket that is a child of its own service's handshake instead of the sender's span. The first
 * message of a handshake is correctly a child of the other end's.
 */
export const isBelowConnection = (message: Span, parent: Span | undefined): boolean =>
  message.kind === 'consumer' &&
  message.attributes['messaging.system.name'] === 'websocket' &&
  parent?.service === message.service &&
  parent.attributes['http.request.method'] !== undefined;

/** For a message that is a child of its connection's handshake, in any trace; the sender may be unknown. */
export function staleConnection(sender: Span | undefined, receiver: Span, connection: Span): Finding {
  const text =
    `${label(receiver)} is a child of ${label(connection)}, the connection's span in trace ${connection.traceId}, ` +
    `not of ${sender ? label(sender) : 'the span that sent it'}: its handler ran in the context in which the ` +
    'connection was opened';
  return { cause: 'context-of-the-connection', text };
}

/** One diagnosis for each service and kind of message without an edge that names its sender, except spans that `reported` already names. */
export function staleMessages(trace: Trace, reported: readonly Diagnosis[]): Diagnosis[] {
  const index = indexSpans(trace.spans);
  const known = new Set(reported.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)));
  const stale = trace.spans.filter(
    (span) => !known.has(span.spanId) && isBelowConnection(span, index.parentOf(span)),
  );
  return [...Map.groupBy(stale, ({ service, name }) => `${service} ${name}`).values()].flatMap((messages) => {
    const [first] = messages;
    const connection = first && index.parentOf(first);
    if (!connection) return [];
    return [diagnosis(staleConnection(undefined, first, connection), [connection, ...messages])];
  });
}
