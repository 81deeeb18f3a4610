// Zipkin's version 2 JSON: https://zipkin.io/zipkin-api/#/default/get_traces
import { z } from 'zod';
import type { Span } from '../trace.ts';
import { check } from './input-error.ts';
import type { Reading } from './reading.ts';
import { fieldsOf, statusOf } from './tags.ts';

/** 64-bit trace ids, and ids without leading zeros, are padded. */
const id = (digits: number) => z.string().transform((text) => text.toLowerCase().padStart(digits, '0'));
const Endpoint = z.object({
  serviceName: z.string().nullish(),
  ipv4: z.string().nullish(),
  ipv6: z.string().nullish(),
  port: z.number().nullish(),
});
const KINDS = { CLIENT: 'client', SERVER: 'server', PRODUCER: 'producer', CONSUMER: 'consumer' } as const;
const ZipkinSpan = z.object({
  traceId: id(32),
  id: id(16),
  parentId: id(16).nullish(),
  name: z.string().nullish(),
  kind: z.enum(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER']).nullish(),
  timestamp: z.number().nullish(),
  duration: z.number().nullish(),
  debug: z.boolean().nullish(),
  localEndpoint: Endpoint.nullish(),
  remoteEndpoint: Endpoint.nullish(),
  annotations: z.array(z.object({ timestamp: z.number(), value: z.string() })).nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
});
const Spans = z.array(ZipkinSpan);

/**
 * Adds the spans of a list, or of a list of traces.
 * @throws InputError for any other document
 */
export function readZipkin(document: unknown, from: string, into: Reading): void {
  const list = Array.isArray(document) ? document.flat() : document;
  const spans = check(Spans, list, "Zipkin's v2 JSON", () => from);
  for (const [n, span] of spans.entries()) into.add(toSpan(span), () => `${from}.${n}`);
}

function toSpan(span: z.infer<typeof ZipkinSpan>): Span {
  const { parentId, localEndpoint } = span;
  const service = localEndpoint?.serviceName || 'unknown';
  return {
    traceId: span.traceId,
    spanId: span.id,
    ...(parentId && !/^0+$/.test(parentId) && { parentSpanId: parentId }),
    links: [],
    name: span.name ?? '',
    kind: span.kind ? KINDS[span.kind] : 'internal',
    service,
    startUs: span.timestamp ?? 0,
    durationUs: span.duration ?? 0,
    attributes: attributesOf(span),
    events: (span.annotations ?? [])
      .map(({ timestamp, value }) => ({ timeUs: timestamp, ...eventOf(value) }))
      .sort((a, b) => a.timeUs - b.timeUs),
    ...statusOf(span.tags ?? {}),
    ...fieldsOf(span.tags ?? {}),
    resource: service === 'unknown' ? {} : { 'service.name': service },
    ...(span.debug && { sampled: true }),
  };
}

/** The tags, and the other end by the names of OpenTelemetry: https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/ */
function attributesOf({ tags, kind, remoteEndpoint }: z.infer<typeof ZipkinSpan>): Record<string, unknown> {
  const address = remoteEndpoint?.ipv4 ?? remoteEndpoint?.ipv6;
  const side = kind === 'SERVER' || kind === 'CONSUMER' ? 'client' : 'server';
  return {
    ...(remoteEndpoint?.serviceName && { [`${side}.service.name`]: remoteEndpoint.serviceName }),
    ...(address && { 'network.peer.address': address }),
    ...(remoteEndpoint?.port && { 'network.peer.port': remoteEndpoint.port }),
    ...tags,
  };
}

/** OpenTelemetry writes an event with attributes as `"name": {…}`. */
function eventOf(value: string): { name: string; attributes: Record<string, unknown> } {
  const [, name = '', attributes = ''] = /^"(.*)": ?(\{.*\})$/s.exec(value) ?? [];
  try {
    return { name, attributes: JSON.parse(attributes) };
  } catch {
    // Any other text is the name.
    return { name: value, attributes: {} };
  }
}
