// What the page itself put on the wire. The lab hears of what the mesh's processes send; the page tells itself.
import type { WireRecord } from '@trace-mesh/faults/wire';
import { BROWSER } from '@trace-mesh/scenarios/browser';
import { type Context, spanContextOf } from './tracing.ts';

/** The record of what was sent below the span of `ctx`: `lines` as they stood on the wire, none where the context was left out. */
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
