// `traceparent` and `tracestate` by the letter of W3C Trace Context Level 2: its public test suite passes whole.
// The SDK's own propagator neither sets nor keeps the random flag, and takes headers that the spec refuses.
import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { trimOws } from './ows.ts';
import { parseTraceState } from './trace-state.ts';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** Set where at least the last 7 bytes of the trace id are random, which samplers of other vendors rely on. */
const RANDOM_FLAG = 0x02;
const KNOWN_FLAGS = TraceFlags.SAMPLED | RANDOM_FLAG;

// Version ff is forbidden, and so are ids of zeros. Later versions may append fields, but only after a dash.
const HEADER = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

// The SDK gives every span it starts the sampled flag and no other, so the caller's random flag waits in the context.
const CALLER = createContextKey('trace-mesh.trace-context.caller');
type Caller = Pick<SpanContext, 'traceId' | 'traceFlags'>;

/** Level 2, strict. A carrier that is malformed or holds two traceparents is as good as none. */
export class TraceContextPropagator implements TextMapPropagator {
  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(ctx);
    if (!span || isTracingSuppressed(ctx) || !isSpanContextValid(span)) return;
    const flags = flagsOf(span, ctx).toString(16).padStart(2, '0');
    setter.set(carrier, TRACEPARENT, `00-${span.traceId}-${span.spanId}-${flags}`);
    const state = span.traceState?.serialize();
    if (state) setter.set(carrier, TRACESTATE, state);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = only(getter.get(carrier, TRACEPARENT));
    const span = header === undefined ? undefined : parseTraceParent(header);
    if (!span) return ctx;
    const state = getter.get(carrier, TRACESTATE);
    const traceState = state === undefined ? undefined : parseTraceState([state].flat().join(','));
    const { traceId, traceFlags } = span;
    const caller: Caller = { traceId, traceFlags };
    return trace.setSpanContext(ctx.setValue(CALLER, caller), { ...span, ...(traceState && { traceState }) });
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

/** The remote span that a header names, its unknown flags cleared; undefined where the header breaks a rule. */
export function parseTraceParent(header: string): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = HEADER.exec(trimOws(header)) ?? [];
  if (!traceId || !spanId || !flags || (version === '00' && more !== undefined)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS, isRemote: true };
}

/** Sampled as the span says; random as the caller said, and for a trace that began here always: our ids are random. */
function flagsOf(span: SpanContext, ctx: Context): number {
  if (span.isRemote) return span.traceFlags & KNOWN_FLAGS;
  const caller = ctx.getValue(CALLER) as Caller | undefined;
  const random = caller?.traceId === span.traceId ? caller.traceFlags & RANDOM_FLAG : RANDOM_FLAG;
  return (span.traceFlags & TraceFlags.SAMPLED) | random;
}

/** Carriers that allow a key twice answer with a list; two traceparents contradict each other. */
function only(value: string | string[] | undefined): string | undefined {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : undefined;
}
