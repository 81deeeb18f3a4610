// Zipkin's clients and servers share one span id:
// https://github.com/openzipkin/b3-propagation#why-is-parentspanid-propagated
import { createHash } from 'node:crypto';
import type { Span } from '../trace.ts';

/**
 * Makes two spans of a client and a server with one id. The server span gets an id derived from it, becomes the client's child,
 * and keeps the children of its own service.
 */
export function separateSharedIds(spans: Span[]): Span[] {
  const clients = new Map(spans.filter(({ kind }) => kind === 'client').map((span) => [span.spanId, span]));
  const servers = new Map(
    spans.filter(({ kind, spanId }) => kind === 'server' && clients.has(spanId)).map((s) => [s.spanId, s]),
  );
  if (servers.size === 0) return spans;
  return spans.map((span) => {
    if (servers.get(span.spanId) === span)
      return { ...span, spanId: serverIdOf(span.spanId), parentSpanId: span.spanId };
    const server = servers.get(span.parentSpanId ?? '');
    return server?.service === span.service && server !== span
      ? { ...span, parentSpanId: serverIdOf(server.spanId) }
      : span;
  });
}

const serverIdOf = (sharedId: string): string =>
  createHash('sha256').update(`server ${sharedId}`).digest('hex').slice(0, 16);
