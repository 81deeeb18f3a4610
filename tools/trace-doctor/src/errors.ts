// The errors of a trace: which was first, where it arose, and which spans it reached. A service that passes an error on records
// its origin (`mesh.error.*`); otherwise the innermost failed span is the origin.
import { indexSpans, keyOf, type SpanIndex } from './span-index.ts';
import { endUs, type Span, type SpanRef, type Trace } from './trace.ts';

export interface TraceError {
  /** When it was recorded, in µs since the epoch. */
  timeUs: number;
  /** A stable code, or the type of the thrown value. */
  code: string;
  message?: string;
  /** Where it arose. The span may be in a trace that was not read. */
  origin: { service: string; ref: SpanRef; span?: Span };
  /** The spans that failed with it or recorded it: the origin first, then in time order. */
  seenBy: Span[];
}

/** The errors of all traces, the earliest first; errors with the same origin are one. */
export function errorsOf(traces: readonly Trace[]): TraceError[] {
  const spans = traces.flatMap((trace) => trace.spans);
  const index = indexSpans(spans);
  const groups = Map.groupBy(spans.filter(hasFailed), (span) => keyOf(homeOf(span, index)));
  return [...groups.values()].map((group) => toError(group, index)).sort((a, b) => a.timeUs - b.timeUs);
}

/** The origin of a span's error: as recorded, or else the last failure below the span. */
function homeOf(span: Span, index: SpanIndex): SpanRef {
  // A broken exporter may write a cycle of parents.
  const seen = new Set([span]);
  for (let home = span; ; ) {
    const { 'mesh.error.trace_id': traceId, 'mesh.error.span_id': spanId } = home.attributes;
    if (typeof traceId === 'string' && typeof spanId === 'string') return { traceId, spanId };
    const above = home;
    const cause = index
      .below(above)
      .filter((below) => !seen.has(below) && hasFailed(below) && canCause(below, above))
      .sort((a, b) => timeOf(b) - timeOf(a))[0];
    if (!cause) return home;
    seen.add(cause);
    home = cause;
  }
}

/**
 * A failure below that came after the span ended is not its cause. The answer of a server to the span is, although its span may
 * end later: a server ends its span after it sent the answer, and the two processes have two clocks.
 */
const canCause = (below: Span, span: Span) =>
  timeOf(below) <= endUs(span) ||
  (span.kind === 'client' && below.kind === 'server' && below.parentSpanId === span.spanId);

function toError(group: Span[], index: SpanIndex): TraceError {
  const [any] = group as [Span];
  const { traceId, spanId } = homeOf(any, index);
  const home = index.get({ traceId, spanId });
  const seenBy = group.filter((span) => span !== home).sort((a, b) => timeOf(a) - timeOf(b));
  const teller = home ?? any;
  const message = messageOf(teller);
  return {
    timeUs: timeOf(teller),
    code: codeOf(teller),
    ...(message !== undefined && { message }),
    origin: {
      service: String(teller.attributes['mesh.error.service'] ?? teller.service),
      ref: { traceId, spanId },
      ...(home && { span: home }),
    },
    seenBy: home ? [home, ...seenBy] : seenBy,
  };
}

/** The span failed, or recorded an error that it received. */
const hasFailed = (span: Span) => span.status?.code === 'ERROR' || 'mesh.error.span_id' in span.attributes;

const exceptionOf = (span: Span) => span.events.find(({ name }) => name === 'exception');

/** When the exception was recorded; without one, the span's end. */
const timeOf = (span: Span) => exceptionOf(span)?.timeUs ?? endUs(span);

const codeOf = (span: Span): string =>
  String(
    span.attributes['mesh.error.code'] ??
      span.attributes['error.type'] ??
      exceptionOf(span)?.attributes['exception.type'] ??
      'error',
  );

function messageOf(span: Span): string | undefined {
  const message = exceptionOf(span)?.attributes['exception.message'] ?? span.status?.message;
  return typeof message === 'string' && message !== '' ? message : undefined;
}
