// Jaeger's JSON, as its query API answers and its page downloads: https://www.jaegertracing.io/docs/2.20/architecture/apis/
import { z } from 'zod';
import type { Span, Trace } from '../trace.ts';
import { check } from './input-error.ts';
import type { Reading } from './reading.ts';
import { separateSharedIds } from './shared-ids.ts';
import { fieldsOf, statusOf } from './tags.ts';

/** Some stores print ids without leading zeros. */
const TraceId = z.string().transform((id) => id.toLowerCase().padStart(32, '0'));
const SpanId = z
  .string()
  .transform((id) => (/^[0-9a-f]{1,15}$/i.test(id) ? id.padStart(16, '0') : id).toLowerCase());
const Tags = z
  .array(z.object({ key: z.string(), value: z.unknown() }))
  .nullish()
  .transform(
    (tags): Record<string, unknown> => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value])),
  );
const JaegerSpan = z.object({
  traceID: TraceId,
  spanID: SpanId,
  flags: z.number().nullish(),
  operationName: z.string(),
  references: z.array(z.object({ refType: z.string(), traceID: TraceId, spanID: SpanId })).nullish(),
  startTime: z.number(),
  duration: z.number(),
  tags: Tags,
  logs: z.array(z.object({ timestamp: z.number(), fields: Tags })).nullish(),
  processID: z.string(),
  warnings: z.array(z.string()).nullish(),
});
const Process = z.object({ serviceName: z.string(), tags: Tags }).transform(({ serviceName, tags }) => ({
  service: serviceName,
  resource: { ...tags, 'service.name': serviceName },
}));
/** Jaeger 2, beyond `max_trace_size`: a warning of each span. */
const CUT = /showing first \d+ spans/;
const UNKNOWN = { service: 'unknown', resource: {} };

/** One trace of the API; the server spans that share an id with their client are separate ones. */
export const JaegerTrace = z
  .object({
    traceID: TraceId,
    spans: z.array(JaegerSpan),
    processes: z.record(z.string(), Process),
  })
  .transform(({ traceID, spans, processes }): Trace => {
    const processOf = new Map(Object.entries(processes));
    const read = spans.map((span) => toSpan(span, processOf.get(span.processID) ?? UNKNOWN));
    const cut = spans.flatMap(({ warnings }) => warnings ?? []).find((warning) => CUT.test(warning));
    return { traceId: traceID, spans: separateSharedIds(read), ...(cut !== undefined && { cut }) };
  });
const Kind = z.enum(['server', 'client', 'producer', 'consumer', 'internal']).catch('internal');

const Traces = z.array(JaegerTrace);
const Answer = z.object({ data: Traces.nullable() }).transform(({ data }) => data ?? []);
const One = JaegerTrace.transform((trace) => [trace]);

/**
 * Adds the traces of a document: an answer (`{data: […]}`), a list of traces, or one trace.
 * @throws InputError for any other document
 */
export function readJaegerJson(document: unknown, from: string, into: Reading): void {
  const traces = check(shapeOf(document), document, "Jaeger's JSON", () => from);
  for (const trace of traces) addTrace(trace, from, into);
}

/** Adds a trace of a Jaeger. */
export function addTrace({ traceId, spans, cut }: Trace, from: string, into: Reading): void {
  if (cut !== undefined)
    into.leaveOut('spans of traces that the store cut', `${from}: trace ${traceId}: ${cut}`);
  for (const span of spans) into.add(span, () => `${from}: trace ${traceId}, span ${span.spanId}`);
}

/** Not a union: its message would be that none of its members fits. */
function shapeOf(document: unknown): z.ZodType<Trace[]> {
  if (Array.isArray(document)) return Traces;
  return 'data' in Object(document) ? Answer : One;
}

/** Whether the SDK was OpenTelemetry's. Its links are FOLLOWS_FROM; in OpenTracing that is a parent too. */
const isOpenTelemetry = (attributes: Record<string, unknown>, resource: Record<string, unknown>) =>
  'otel.scope.name' in attributes || 'otel.library.name' in attributes || 'telemetry.sdk.name' in resource;

function toSpan(
  span: z.infer<typeof JaegerSpan>,
  { service, resource }: { service: string; resource: Record<string, unknown> },
): Span {
  const { traceID: traceId, tags: attributes } = span;
  const references = (span.references ?? []).map(({ refType, traceID, spanID }) => ({
    isParent: refType === 'CHILD_OF',
    ref: { traceId: traceID, spanId: spanID },
  }));
  const own = references.filter(({ ref }) => ref.traceId === traceId);
  const parent =
    own.find(({ isParent }) => isParent) ?? (isOpenTelemetry(attributes, resource) ? undefined : own[0]);
  return {
    traceId,
    spanId: span.spanID,
    ...(parent && { parentSpanId: parent.ref.spanId }),
    links: references.filter((other) => other !== parent).map(({ ref }) => ref),
    name: span.operationName,
    kind: Kind.parse(attributes['span.kind']),
    service,
    startUs: span.startTime,
    durationUs: span.duration,
    attributes,
    events: (span.logs ?? [])
      .map(({ timestamp, fields: { event, ...rest } }) => ({
        name: typeof event === 'string' ? event : '',
        timeUs: timestamp,
        attributes: rest,
      }))
      // Jaeger lists them in an order of its own.
      .sort((a, b) => a.timeUs - b.timeUs),
    ...statusOf(attributes),
    resource,
    ...fieldsOf(attributes),
    // 0 may be an exporter that does not write flags.
    ...(((span.flags ?? 0) & 1) === 1 && { sampled: true }),
  };
}
