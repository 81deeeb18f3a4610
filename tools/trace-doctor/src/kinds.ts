// Kinds say which role a service plays in a hop. A backend draws its map of services from them, so a wrong one is a hop
// that nobody sees.
import type { Edge } from './edges.ts';
import { label, matches, type SpanSelector } from './selector.ts';
import { indexSpans } from './span-index.ts';
import type { Span, Trace } from './trace.ts';

/** What is wrong with the kinds of a trace's spans, one sentence each; empty for a good one. */
export function checkKinds(trace: Trace, edges: readonly Edge[] = []): string[] {
  const index = indexSpans(trace.spans);
  const pairs = trace.spans.flatMap((span) => {
    const parent = index.parentOf(span);
    const wanted = parent && parentKind(span, parent);
    return wanted && parent.kind !== wanted
      ? [
          `${label(span)} is a ${span.kind} span below ${label(parent)}, which is ${parent.kind} and not ${wanted}`,
        ]
      : [];
  });
  const ends = edges.flatMap(({ from, to, elsewhere }) => (elsewhere ? [from] : [from, to]));
  return [...new Set([...pairs, ...ends.flatMap((end) => wrongKind(trace, end))])];
}

/** The kind that the near side of a hop must have; undefined where any will do. */
function parentKind(span: Span, parent: Span): Span['kind'] | undefined {
  // An MCP request without a context of its own belongs to the HTTP request that brought it.
  if (span.kind === 'server') return isMcpInHttp(span, parent) ? undefined : 'client';
  // The first message of a WebSocket may bring the context of the handshake itself.
  if (span.kind === 'consumer') return isHello(span, parent) ? undefined : 'producer';
  return undefined;
}

const isMcpInHttp = (span: Span, parent: Span) =>
  span.service === parent.service && parent.kind === 'server' && 'mcp.method.name' in span.attributes;

const isHello = (span: Span, parent: Span) =>
  span.service !== parent.service &&
  span.attributes['messaging.system.name'] === 'websocket' &&
  parent.kind === 'client';

/** Spans that are all an edge asks for, but of another kind, where none is of the right one. */
function wrongKind({ spans }: Trace, wanted: SpanSelector): string[] {
  if (spans.some((span) => matches(span, wanted))) return [];
  const other = spans.find((span) => matches(span, { ...wanted, kind: span.kind }));
  return other ? [`${label(other)} is of kind ${other.kind}, and its hop needs ${wanted.kind}`] : [];
}
