// The model of a trace that every reader of a trace store returns and every check uses.

export type SpanKind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

/** Identifies one span. Ids are lower-case hex: 32 digits for the trace, 16 for the span. */
export interface SpanRef {
  traceId: string;
  spanId: string;
}

/** A link as its span recorded it. */
export interface SpanLink extends SpanRef {
  attributes?: Record<string, unknown>;
}

/** The library that made a span. */
export interface Scope {
  name: string;
  version?: string;
}

export interface SpanEvent {
  name: string;
  /** Microseconds since the epoch. */
  timeUs: number;
  attributes: Record<string, unknown>;
}

export interface Span extends SpanRef {
  /** Absent on a root. */
  parentSpanId?: string;
  links: SpanLink[];
  name: string;
  kind: SpanKind;
  /** `service.name` of the process that made the span. */
  service: string;
  /** Microseconds since the epoch. */
  startUs: number;
  durationUs: number;
  attributes: Record<string, unknown>;
  /** In the order of time. */
  events: SpanEvent[];
  /** Absent while the status is unset. */
  status?: { code: 'OK' | 'ERROR'; message?: string };
  /** Attributes of the process that made the span; absent where the reader does not have them. */
  resource?: Record<string, unknown>;
  scope?: Scope;
  /** The `tracestate` header as the span recorded it; absent without one. */
  traceState?: string;
  /** W3C's sampled flag; absent where the format does not carry it. */
  sampled?: boolean;
}

/** Microseconds since the epoch. */
export const endUs = (span: Pick<Span, 'startUs' | 'durationUs'>): number => span.startUs + span.durationUs;

export interface Trace {
  traceId: string;
  spans: Span[];
  /** What the store said of a trace that it returned in part. */
  cut?: string;
}

/** Each trace once, as it was read last. */
export const uniqueTraces = (traces: readonly Trace[]): Trace[] => [
  ...new Map(traces.map((trace) => [trace.traceId, trace])).values(),
];

/** For sorting. */
export const byStart = (a: Span, b: Span): number => a.startUs - b.startUs;

/** From the first start to the last end, in microseconds since the epoch; undefined without spans. */
export function timeOf({
  spans,
}: {
  spans: readonly Span[];
}): { startUs: number; endUs: number } | undefined {
  const [first] = spans;
  if (!first) return undefined;
  const time = { startUs: first.startUs, endUs: endUs(first) };
  // A spread of a large trace exceeds the limit of arguments.
  for (const span of spans) {
    time.startUs = Math.min(time.startUs, span.startUs);
    time.endUs = Math.max(time.endUs, endUs(span));
  }
  return time;
}
