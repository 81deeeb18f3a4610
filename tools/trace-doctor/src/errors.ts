// The errors of a trace: which came first, where it arose, and whom it reached. A service that passes an error on says where
// it came from (`mesh.error.*`); without that, the innermost span that failed is its home.
import { indexSpans, type SpanIndex } from './span-index.ts';
import { endUs, type Span, type SpanRef, type Trace } from './trace.ts';

export interface TraceError {
  /** When it was recorded, in µs since the epoch. */
  timeUs: number;
  /** A stable code, or the type of what was thrown. */
  code: string;
  message?: string;
  /** Where it arose. The span may be in a trace that was not read. */
  origin: { service: string; ref: SpanRef; span?: Span };
  /** The spans that failed by it or noted it, its home first, then in the order of time. */
  seenBy: Span[];
}

/** The errors of all traces together, the first one first; those that came from one span are one. */
export function errorsOf(traces: readonly Trace[]): TraceError[] {
  const spans = traces.flatMap((trace) => trace.spans);
  const index = indexSpans(spans);
  const groups = Map.groupBy(spans.filter(hasFailed), (span) => keyOf(homeOf(span, index)));
  return [...groups.values()].map((group) => toError(group, index)).sort((a, b) => a.timeUs - b.timeUs);
}

/** Where the error of this span arose: as it says, or else where the last failure below it arose. */
function homeOf(span: Span, index: SpanIndex): SpanRef {
  const { 'mesh.error.trace_id': traceId, 'mesh.error.span_id': spanId } = span.attributes;
  if (typeof traceId === 'string' && typeof spanId === 'string') return { traceId, spanId };
  // What failed below after this span was over is not the cause of it.
  const cause = index
    .below(span)
    .filter((below) => below !== span && hasFailed(below) && timeOf(below) <= endUs(span))
    .sort((a, b) => timeOf(b) - timeOf(a))[0];
  return cause ? homeOf(cause, index) : span;
}

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

/** It failed, or it noted an error that came by. */
const hasFailed = (span: Span) => span.status?.code === 'ERROR' || 'mesh.error.span_id' in span.attributes;

const exceptionOf = (span: Span) => span.events.find(({ name }) => name === 'exception');

/** When the exception was recorded; a span that only ends badly has failed at its end. */
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

const keyOf = ({ traceId, spanId }: SpanRef) => `${traceId}-${spanId}`;
