// Writes a trace of the normal model in each format, as the formats' public definitions say.
import type { Span } from '../trace.ts';
import { TracesDataType } from './otlp-schema.ts';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUS_CODES = { OK: 1, ERROR: 2 };

const anyValue = (value: unknown): Record<string, unknown> => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};
const keyValues = (attributes: Record<string, unknown> = {}) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
const nanoseconds = (us: number) => String(BigInt(us) * 1000n);

/** One ExportTraceServiceRequest; ids in the given encoding. */
export function otlp(spans: readonly Span[], encoding: BufferEncoding = 'hex') {
  const id = (hex = '') => Buffer.from(hex, 'hex').toString(encoding);
  const resourceSpans = spans.map((span) => ({
    resource: { attributes: keyValues(span.resource) },
    scopeSpans: [
      {
        scope: { ...span.scope },
        spans: [
          {
            traceId: id(span.traceId),
            spanId: id(span.spanId),
            ...(span.parentSpanId && { parentSpanId: id(span.parentSpanId) }),
            ...(span.traceState && { traceState: span.traceState }),
            flags: 0x100 + Number(span.sampled),
            name: span.name,
            kind: KINDS.indexOf(span.kind),
            startTimeUnixNano: nanoseconds(span.startUs),
            endTimeUnixNano: nanoseconds(span.startUs + span.durationUs),
            attributes: keyValues(span.attributes),
            events: span.events.map(({ name, timeUs, attributes }) => ({
              ...{ name, timeUnixNano: nanoseconds(timeUs), attributes: keyValues(attributes) },
            })),
            links: span.links.map(({ traceId, spanId, attributes }) => ({
              ...{ traceId: id(traceId), spanId: id(spanId), attributes: keyValues(attributes) },
            })),
            ...(span.status && {
              status: { code: STATUS_CODES[span.status.code], message: span.status.message },
            }),
          },
        ],
      },
    ],
  }));
  return { resourceSpans };
}

export const otlpProtobuf = (spans: readonly Span[]): Buffer =>
  Buffer.from(TracesDataType.encode(TracesDataType.fromObject(otlp(spans, 'base64'))).finish());

/** What OpenTelemetry's translation writes as tags. */
const fieldTags = ({ scope, status, traceState }: Span): Record<string, unknown> => ({
  ...(scope && { 'otel.scope.name': scope.name }),
  ...(scope?.version && { 'otel.scope.version': scope.version }),
  ...(status && { 'otel.status_code': status.code }),
  ...(status?.message && { 'otel.status_description': status.message }),
  ...(status?.code === 'ERROR' && { error: true }),
  ...(traceState && { 'w3c.tracestate': traceState }),
});

/** The answer of Jaeger's query API. */
export function jaeger(spans: readonly Span[]) {
  const tags = (attributes: Record<string, unknown>) =>
    Object.entries(attributes).map(([key, value]) => ({ key, type: typeof value, value }));
  const reference = (refType: string, { traceId, spanId }: Pick<Span, 'traceId' | 'spanId'>) => ({
    ...{ refType, traceID: traceId, spanID: spanId },
  });
  const written = spans.map((span, n) => ({
    traceID: span.traceId,
    spanID: span.spanId,
    flags: Number(span.sampled),
    operationName: span.name,
    references: [
      ...span.links.map((link) => reference('FOLLOWS_FROM', link)),
      ...(span.parentSpanId
        ? [reference('CHILD_OF', { traceId: span.traceId, spanId: span.parentSpanId })]
        : []),
    ],
    startTime: span.startUs,
    duration: span.durationUs,
    tags: tags({ ...span.attributes, 'span.kind': span.kind, ...fieldTags(span) }),
    logs: span.events.map(({ name, timeUs, attributes }) => ({
      ...{ timestamp: timeUs, fields: tags({ event: name, ...attributes }) },
    })),
    processID: `p${n}`,
    warnings: null,
  }));
  const processes = Object.fromEntries(
    spans.map(({ service, resource = {} }, n) => {
      const { 'service.name': _, ...rest } = resource;
      return [`p${n}`, { serviceName: service, tags: tags(rest) }];
    }),
  );
  return { data: [{ traceID: spans[0]?.traceId, spans: written, processes, warnings: null }], errors: null };
}

/** Zipkin's v2 JSON, with OpenTelemetry's tags. */
export const zipkin = (spans: readonly Span[]) =>
  spans.map((span) => ({
    traceId: span.traceId,
    id: span.spanId,
    ...(span.parentSpanId && { parentId: span.parentSpanId }),
    name: span.name,
    ...(span.kind !== 'internal' && { kind: span.kind.toUpperCase() }),
    timestamp: span.startUs,
    duration: span.durationUs,
    localEndpoint: { serviceName: span.service },
    annotations: span.events.map(({ name, timeUs, attributes }) => ({
      ...{ timestamp: timeUs, value: `${JSON.stringify(name)}: ${JSON.stringify(attributes)}` },
    })),
    tags: Object.fromEntries(
      Object.entries({ ...span.attributes, ...fieldTags(span) }).map(([key, value]) => [key, String(value)]),
    ),
  }));
