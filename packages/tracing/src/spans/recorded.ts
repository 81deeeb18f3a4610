// Whether a span would be recorded, found without starting one: most requests of a service are not sampled.
import { type Context, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { unsampledSpan } from './span.ts';

/** Whether a span in `ctx` has a parent and may be recorded: its parent is sampled or remote, and tracing is not suppressed. */
export const recordsChildren = (ctx: Context): boolean =>
  trace.getSpan(ctx) !== undefined && !unsampledSpan(ctx) && !isTracingSuppressed(ctx);
