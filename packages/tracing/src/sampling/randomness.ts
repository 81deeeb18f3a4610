// OpenTelemetry's consistent probability sampling: the member `ot` of the tracestate has the trace's randomness (`rv`) and the
// threshold by which it was sampled (`th`). Who compares the same randomness keeps the same traces, in any language, with any ratio.
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
import type { SpanContext, TraceState } from '@opentelemetry/api';
import { EMPTY_TRACE_STATE } from '../context/trace-state.ts';

/** OpenTelemetry's key in a tracestate. */
const OT_MEMBER = 'ot';
/** Randomness and threshold have 56 bits, written as hex digits: texts of equal length compare like their numbers. */
const DIGITS = 14;
const RANDOMNESS = /^[0-9a-f]{14}$/;
const THRESHOLD = /^[0-9a-f]{1,14}$/;

type Traced = Pick<SpanContext, 'traceId'> & { traceState?: TraceState | undefined };

/** The subkeys of a member `ot`. Malformed ones count as absent. */
function readMember(traceState: TraceState | undefined): Map<string, string> {
  const pairs = traceState?.get(OT_MEMBER)?.matchAll(/([^;:]+):([^;]+)/g) ?? [];
  return new Map(Array.from(pairs, ([, key = '', value = '']) => [key, value]));
}

/** The randomness of a trace, 14 hex digits: `rv` where it is given, else the last 56 bits of the trace id. */
export function randomnessOf({ traceId, traceState }: Traced): string {
  const explicit = readMember(traceState).get('rv');
  return explicit && RANDOMNESS.test(explicit) ? explicit : traceId.slice(-DIGITS);
}

/** The threshold that keeps a share of all traces, 14 hex digits; undefined for share 0, which keeps none. */
export function thresholdOf(share: number): string | undefined {
  const rejected = (1n << 56n) - BigInt(Math.round(share * 2 ** 56));
  return rejected === 1n << 56n ? undefined : rejected.toString(16).padStart(DIGITS, '0');
}

/** The threshold by which the trace was sampled, 14 hex digits; undefined where it is not known. */
export function givenThreshold(traceState: TraceState | undefined): string | undefined {
  const given = readMember(traceState).get('th');
  return given && THRESHOLD.test(given) ? given.padEnd(DIGITS, '0') : undefined;
}

/**
 * The tracestate with these values of `ot`; undefined removes one. The threshold is written without its last zeros. Other subkeys stay.
 */
export function withSampling(
  traceState: TraceState | undefined,
  change: { th?: string | undefined; rv?: string },
): TraceState {
  const member = readMember(traceState);
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) member.delete(key);
    else member.set(key, key === 'th' ? value.replace(/0+$/, '') || '0' : value);
  }
  const text = [...member].map(([key, value]) => `${key}:${value}`).join(';');
  const state = traceState ?? EMPTY_TRACE_STATE;
  return text ? state.set(OT_MEMBER, text) : state.unset(OT_MEMBER);
}
