// Debugging aids for lost traces: describe a context, restore a stored one, validate a set of spans. The mesh works without
// them.
import { type Attributes, type Context, context, type Link, propagation, trace } from '@opentelemetry/api';
import type { Logger } from '../logger.ts';
import { linkTo } from '../spans/span.ts';
import { extractContext, injectContext } from './carrier.ts';
import { getMcpContext, type McpContext } from './mcp-context.ts';

export { validateTracePropagation } from './validate.ts';

/** The content of a context; ids in lower-case hex, absent without a trace. */
export interface TraceContextFields {
  traceId?: string;
  spanId?: string;
  sampled?: boolean;
  /** The span is of another process; no span of this process is active. */
  remote?: boolean;
  /** The header that an injection writes. */
  traceparent?: string;
  tracestate?: string;
  /** Names only: values may be confidential. */
  baggageKeys: string[];
  /** The verified MCP context. */
  mcp?: McpContext;
}

/** Describes a context, by default the active one. */
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

/** Logs the active context at level debug, under `trace_context`. `where` names the place in the program. */
export function debugTraceContext(logger: Logger, where: string, ctx: Context = context.active()): void {
  logger.debug({ trace_context: describeTraceContext(ctx), where }, 'the trace context');
}

/** A span's context as stored in a table, a log line or a message. */
export interface StoredSpanContext {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  /** Two hex digits; `01` (sampled) by default. */
  traceFlags?: string;
  /** The tracestate header. */
  traceState?: string;
}

/** A context that continues the stored trace; invalid ids give a root context, as in every other carrier. */
export function restoreTraceContext(stored: StoredSpanContext): Context {
  const { traceId, spanId, traceFlags = '01', traceState } = stored;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags}`;
  return extractContext({ traceparent, ...(traceState && { tracestate: traceState }) });
}

/** A link to the stored span, for work that starts a new trace; empty for invalid ids. */
export function restoreTraceLink(stored: StoredSpanContext, attributes: Attributes = {}): Link[] {
  return linkTo(restoreTraceContext(stored), attributes);
}
