// Validates that spans form one trace. For tests with spans in memory; tools/trace-doctor checks stored ones.
import { type Link, type SpanContext, SpanKind, TraceFlags } from '@opentelemetry/api';

/** What is checked of a span; the SDK's `ReadableSpan` is one. */
export interface PropagatedSpan {
  name: string;
  kind: SpanKind;
  spanContext(): SpanContext;
  parentSpanContext?: SpanContext | undefined;
  links: readonly Pick<Link, 'context'>[];
}

/** Where work comes in from outside: only these may have a parent that is not in the set. */
const ENTRIES = new Set([SpanKind.SERVER, SpanKind.CONSUMER]);

/**
 * What is wrong with `spans`, one sentence each; empty for one trace in which every parent is known (an entry span may
 * name one outside, from another process) and every link to a sampled span resolves, in the set or among `linked`.
 */
export function validateTracePropagation(
  spans: readonly PropagatedSpan[],
  linked: readonly PropagatedSpan[] = [],
): string[] {
  if (spans.length === 0) return ['there are no spans'];
  const traces = new Set(spans.map((span) => span.spanContext().traceId));
  const known = new Set(spans.map(idOf));
  const linkable = new Set([...known, ...linked.map(idOf)]);
  return [
    ...(traces.size > 1 ? [`the spans belong to ${traces.size} traces: ${[...traces].join(', ')}`] : []),
    ...spans.flatMap((span) => parentProblem(span, known)),
    ...spans.flatMap((span) => linkProblems(span, linkable)),
  ];
}

function parentProblem(span: PropagatedSpan, known: Set<string>): string[] {
  const parent = span.parentSpanContext;
  if (!parent || known.has(key(parent))) return [];
  if (parent.traceId !== span.spanContext().traceId) {
    return [`${span.name} names a parent in another trace, ${parent.traceId}`];
  }
  if (ENTRIES.has(span.kind) && parent.isRemote) return [];
  return [`${span.name} names the parent ${parent.spanId}, which is not in the set`];
}

function linkProblems(span: PropagatedSpan, linkable: Set<string>): string[] {
  return span.links
    .filter(({ context }) => (context.traceFlags & TraceFlags.SAMPLED) !== 0 && !linkable.has(key(context)))
    .map(({ context }) => `${span.name} links to ${context.spanId}, which was sampled and is not in the set`);
}

const idOf = (span: PropagatedSpan) => key(span.spanContext());
const key = ({ traceId, spanId }: SpanContext) => `${traceId}/${spanId}`;
