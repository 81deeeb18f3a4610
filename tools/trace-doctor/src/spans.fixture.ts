// Small traces for the tests.
import type { Edge } from './edges.ts';
import type { Span, Trace } from './trace.ts';

const TRACE_ID = 'a'.repeat(32);

export function makeSpan(spanId: string, service: string, parts: Partial<Span> = {}): Span {
  return {
    traceId: TRACE_ID,
    spanId,
    service,
    name: `${spanId} work`,
    kind: 'internal',
    links: [],
    startUs: 0,
    durationUs: 1500,
    attributes: {},
    events: [],
    ...parts,
  };
}

export const makeTrace = (...spans: Span[]): Trace => ({ traceId: TRACE_ID, spans });

/** rest-api sends a message, worker processes it. */
export const send = makeSpan('send', 'rest-api', { name: 'send tasks', kind: 'producer' });
export const processed = makeSpan('process', 'worker', {
  name: 'process tasks',
  kind: 'consumer',
  parentSpanId: 'send',
  startUs: 1000,
});

export const sqsEdge: Edge = {
  from: { service: 'rest-api', kind: 'producer', name: 'send tasks' },
  to: { service: 'worker', kind: 'consumer', name: 'process tasks' },
  transport: 'sqs',
  relation: 'parent',
  row: 8,
};

export const linkTo = (span: Span) => ({ traceId: span.traceId, spanId: span.spanId });

/** The trace of a span that lost its context. */
export const LOST = 'b'.repeat(32);

/** The same span as the root of its own trace. */
export const lost = (span: Span, traceId = LOST): Span => {
  const { parentSpanId: _, ...rest } = span;
  return { ...rest, traceId };
};
export const other = (...spans: Span[]): Trace => ({ traceId: spans[0]?.traceId ?? LOST, spans });
