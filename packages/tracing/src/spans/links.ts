// Work in a new trace that links to its cause. A link is a whole span context, with flags and tracestate, and the sampling decision
// follows it: otherwise a sampled job could have a cause that is not.
import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import type { Span as SdkSpan } from '@opentelemetry/sdk-trace';
import { extractContext } from '../context/carrier.ts';
import { getMcpContext, withMcpContext } from '../context/mcp-context.ts';
import { ATTR_MESH_LINK_TRACE_ID } from './attributes.ts';
import { linkTo, type SpanInit, withSpan } from './span.ts';

/** The trace id (32 hex digits) in a stored carrier, or undefined where it holds no valid context. */
export function storedTraceId(stored: unknown): string | undefined {
  return trace.getSpanContext(extractContext(stored))?.traceId;
}

/**
 * The options of a span that is the root of a new trace and links to `cause` (an extracted context). The cause's trace id is
 * an attribute too, since trace stores cannot search links. The MCP context is kept, the baggage is not.
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

/** Runs `work` in a new trace whose root links to `cause`, or has no link without a valid one. */
export function withLinkedRoot<T>(
  name: string,
  cause: Context,
  init: SpanInit,
  work: (span: Span) => Promise<T> | T,
): Promise<T> {
  const { parent, links, attributes } = linkedRoot(cause);
  const root = {
    parent,
    links: [...links, ...(init.links ?? [])],
    attributes: { ...init.attributes, ...attributes },
  };
  return withSpan(name, { ...init, ...root }, work);
}

/**
 * Adds an event for each other trace that an ending span links to: trace stores search the attributes of events, but not links. A root
 * that names its cause as an attribute has none for it.
 */
export function nameLinkedTraces(span: SdkSpan): void {
  if (span.links.length === 0) return;
  const linked = new Set(span.links.map(({ context }) => context.traceId));
  linked.delete(span.spanContext().traceId);
  linked.delete(String(span.attributes[ATTR_MESH_LINK_TRACE_ID]));
  for (const traceId of linked) span.addEvent('link', { [ATTR_MESH_LINK_TRACE_ID]: traceId }, span.startTime);
}
