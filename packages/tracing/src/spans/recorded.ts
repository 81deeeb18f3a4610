// Whether a span would be recorded, found without starting one: most requests of a service are not sampled.
import { type Context, TraceFlags, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';

/**
 * Whether a child of the active span is to be started: there is a span, it is sampled, and tracing is not suppressed. A span of another
 * process is left to the sampler, which need not follow it.
 */
export function recordsChildren(ctx: Context): boolean {
  const parent = trace.getSpanContext(ctx);
  if (!parent) return false;
  return (
    ((parent.traceFlags & TraceFlags.SAMPLED) !== 0 || parent.isRemote === true) && !isTracingSuppressed(ctx)
  );
}
