// Links: work that runs in a trace of its own, yet can be followed back to what caused it. Teaches: a link is a whole span
// context (flags and tracestate too), and the sampling decision follows it, or every second job would lose its cause.
import { type Context, type Link, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { extractContext } from '../context/carrier.ts';
import { getMcpContext, withMcpContext } from '../context/mcp-context.ts';
import { ATTR_MESH_LINK_TRACE_ID } from './attributes.ts';
import { linkTo, type SpanInit, withSpan } from './span.ts';

/** The trace id (32 hex digits) in a stored carrier, or undefined where it holds no valid context. */
export function storedTraceId(stored: unknown): string | undefined {
  return trace.getSpanContext(extractContext(stored))?.traceId;
}

/**
 * What makes a span the root of a new trace that links to `cause` (an extracted context). The cause's trace id becomes
 * an attribute as well, since trace stores cannot search links; the MCP context goes along, the baggage does not.
 */
export function linkedRoot(cause: Context): Required<Pick<SpanInit, 'parent' | 'links' | 'attributes'>> {
  const spanContext = trace.getSpanContext(cause);
  const mcp = getMcpContext(cause);
  return {
    parent: mcp ? withMcpContext(ROOT_CONTEXT, mcp) : ROOT_CONTEXT,
    links: linkTo(cause),
    attributes: spanContext ? { [ATTR_MESH_LINK_TRACE_ID]: spanContext.traceId } : {},
  };
}

/** Runs `work` in a new trace whose root links to `cause`; where there is no valid cause it is a root without links. */
export function withLinkedRoot<T>(
  name: string,
  cause: Context,
  init: SpanInit,
  work: (span: Span) => Promise<T> | T,
): Promise<T> {
  const root = linkedRoot(cause);
  const attributes = { ...init.attributes, ...root.attributes };
  const links: Link[] = [...root.links, ...(init.links ?? [])];
  return withSpan(name, { ...init, ...root, links, attributes }, work);
}
