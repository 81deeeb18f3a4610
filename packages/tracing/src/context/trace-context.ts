// `traceparent` and `tracestate` by W3C Trace Context Level 2, whose public test suite passes. The SDK's propagator neither sets
// nor keeps the random flag, and accepts headers that the spec refuses.
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

/** At least the last 7 bytes of the trace id are random; samplers of other vendors rely on it. */
const RANDOM_FLAG = 0x02;
const KNOWN_FLAGS = TraceFlags.SAMPLED | RANDOM_FLAG;

// Version ff is forbidden, and so are ids of zeros. Later versions may append fields, but only after a dash.
const HEADER = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
/** Of a header of version 00, in characters. */
const LENGTH = 55;

// The SDK keeps only the sampled flag of a span that it starts, so the caller's random flag is kept in the context.
const CALLER = createContextKey('trace-mesh.trace-context.caller');
type Caller = Pick<SpanContext, 'traceId' | 'traceFlags'>;

/** Level 2, strict: a malformed traceparent, or two of them, count as none. */
export class TraceContextPropagator implements TextMapPropagator {
  inject(ctx: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(ctx);
    if (!span || isTracingSuppressed(ctx) || !isSpanContextValid(span)) return;
    setter.set(carrier, TRACEPARENT, `00-${span.traceId}-${span.spanId}-0${flagsOf(span, ctx)}`);
    const state = span.traceState?.serialize();
    if (state) setter.set(carrier, TRACESTATE, state);
  }

  extract(ctx: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = only(getter.get(carrier, TRACEPARENT));
    const span = header === undefined ? undefined : parseTraceParent(header);
    if (!span) return ctx;
    const state = getter.get(carrier, TRACESTATE);
    const traceState = state === undefined ? undefined : parseTraceState([state].flat().join(','));
    if (traceState) span.traceState = traceState;
    // The random flag is what `flagsOf` assumes.
    const isAssumed = (span.traceFlags & RANDOM_FLAG) !== 0 && ctx.getValue(CALLER) === undefined;
    return trace.setSpanContext(isAssumed ? ctx : ctx.setValue(CALLER, span), span);
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

/** The remote span of a header, its unknown flags cleared; undefined for an invalid header. */
export function parseTraceParent(header: string): SpanContext | undefined {
  const text = trimOws(header);
  if (!HEADER.test(text) || (text.length > LENGTH && text.startsWith('00'))) return undefined;
  const traceFlags = Number.parseInt(text.slice(53, LENGTH), 16) & KNOWN_FLAGS;
  return { traceId: text.slice(3, 35), spanId: text.slice(36, 52), traceFlags, isRemote: true };
}

/** The span's sampled flag; the caller's random flag, which is set for a trace that started here: these ids are random. */
function flagsOf(span: SpanContext, ctx: Context): number {
  if (span.isRemote) return span.traceFlags & KNOWN_FLAGS;
  const caller = ctx.getValue(CALLER) as Caller | undefined;
  const random = caller?.traceId === span.traceId ? caller.traceFlags & RANDOM_FLAG : RANDOM_FLAG;
  return (span.traceFlags & TraceFlags.SAMPLED) | random;
}

/** Carriers that allow repeated keys return a list; two traceparents contradict each other. */
function only(value: string | string[] | undefined): string | undefined {
  if (!Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : undefined;
}
