// What the page sends. The lab records what the mesh's processes send; the page records its own messages.
import type { WireRecord } from '@trace-mesh/faults/wire';
import { BROWSER } from '@trace-mesh/scenarios/browser';
import { type Context, spanContextOf } from './tracing.ts';

/** The record of what the span of `ctx` sent: its `lines`, none where the context was dropped. */
export function ownRecord(
  ctx: Context,
  transport: WireRecord['transport'],
  form: WireRecord['form'],
  lines: string[],
): WireRecord {
  const { traceId, spanId } = spanContextOf(ctx);
  const text = lines.join('\n') || '(no traceparent)';
  return { service: BROWSER, transport, form, traceId, spanId, text };
}

/** `name: value` lines of the context's headers. */
export const headerLines = (headers: Record<string, string>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
