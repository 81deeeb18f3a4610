// Checks span kinds. A backend draws its service map from them, so a wrong kind hides a hop.
import type { Edge } from './edges.ts';
import { label, matches, type SpanSelector } from './selector.ts';
import { indexSpans } from './span-index.ts';
import type { Span, Trace } from './trace.ts';

/** One sentence per wrong span kind. */
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
  const ends = edges.flatMap(({ from, to, inOtherTrace }) => (inOtherTrace ? [from] : [from, to]));
  return [...new Set([...pairs, ...ends.flatMap((end) => wrongKind(trace, end))])];
}

/** The kind that the near side of a hop must have; undefined if any is allowed. */
function parentKind(span: Span, parent: Span): Span['kind'] | undefined {
  // An MCP request without its own context belongs to the HTTP request that carried it.
  if (span.kind === 'server') return isMcpInHttp(span, parent) ? undefined : 'client';
  // The first message of a WebSocket may carry the context of the handshake itself.
  if (span.kind === 'consumer') return isHello(span, parent) ? undefined : 'producer';
  return undefined;
}

const isMcpInHttp = (span: Span, parent: Span) =>
  span.service === parent.service && parent.kind === 'server' && 'mcp.method.name' in span.attributes;

const isHello = (span: Span, parent: Span) =>
  span.service !== parent.service &&
  span.attributes['messaging.system.name'] === 'websocket' &&
  parent.kind === 'client';

/** Spans that match an edge except for their kind, if none has the right kind. */
function wrongKind({ spans }: Trace, wanted: SpanSelector): string[] {
  if (spans.some((span) => matches(span, wanted))) return [];
  const other = spans.find((span) => matches(span, { ...wanted, kind: span.kind }));
  return other ? [`${label(other)} is of kind ${other.kind}, and its hop needs ${wanted.kind}`] : [];
}
