// For whoever hunts a lost trace: what is the context here, how do I get back into a stored one, and does this set of
// spans hang together? None of it is needed for the mesh to work.
import { type Attributes, type Context, context, type Link, propagation, trace } from '@opentelemetry/api';
import type { Logger } from '../logger.ts';
import { linkTo } from '../spans/span.ts';
import { extractContext, injectContext } from './carrier.ts';
import { getMcpContext, type McpContext } from './mcp-context.ts';

export { validateTracePropagation } from './validate.ts';

/** What a context holds; ids in lower-case hex, absent where there is no trace. */
export interface TraceContextFields {
  traceId?: string;
  spanId?: string;
  sampled?: boolean;
  /** The span came from another process, and no span of this one is active yet. */
  remote?: boolean;
  /** What the next hop would get. */
  traceparent?: string;
  tracestate?: string;
  /** Names alone: values may hold what no log should. */
  baggageKeys: string[];
  /** The verified MCP context. */
  mcp?: McpContext;
}

/** Describes a context, by default that of the running work. */
export function describeTraceContext(ctx: Context = context.active()): TraceContextFields {
  const span = trace.getSpanContext(ctx);
  const { traceparent, tracestate } = injectContext(ctx);
  const mcp = getMcpContext(ctx);
  return {
    ...(span && { traceId: span.traceId, spanId: span.spanId }),
    ...(span && { sampled: (span.traceFlags & 1) === 1, remote: span.isRemote === true }),
    ...(traceparent && { traceparent }),
    ...(tracestate && { tracestate }),
    baggageKeys: (propagation.getBaggage(ctx)?.getAllEntries() ?? []).map(([key]) => key),
    ...(mcp && { mcp }),
  };
}

/** Logs the context of the running work, at level debug, under `trace_context`. `where` names the place. */
export function debugTraceContext(logger: Logger, where: string, ctx: Context = context.active()): void {
  logger.debug({ trace_context: describeTraceContext(ctx), where }, 'the trace context');
}

/** A span as a table, a log line or a message keeps it. */
export interface StoredSpanContext {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  /** Two hex digits; `01`, sampled, where they were not kept. */
  traceFlags?: string;
  /** The tracestate header. */
  traceState?: string;
}

/** A context to continue the stored trace in; ids that are no ids give a root context, as with every other carrier. */
export function restoreTraceContext(stored: StoredSpanContext): Context {
  const { traceId, spanId, traceFlags = '01', traceState } = stored;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags}`;
  return extractContext({ traceparent, ...(traceState && { tracestate: traceState }) });
}

/** A link to the stored span, for work that begins a trace of its own; none where the ids are no ids. */
export function restoreTraceLink(stored: StoredSpanContext, attributes: Attributes = {}): Link[] {
  return linkTo(restoreTraceContext(stored), attributes);
}
