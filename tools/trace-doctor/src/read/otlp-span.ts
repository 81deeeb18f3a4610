// One span of OTLP.
import { z } from 'zod';
import type { Span, SpanKind } from '../trace.ts';
import { durationUs, microseconds, Nanoseconds } from './nanoseconds.ts';

/** Hex in OTLP/JSON, base64 from writers that use protobuf's own JSON mapping (Tempo), bytes in protobuf, which has `[]` for none. */
const Id = z.union([z.string(), z.instanceof(Uint8Array), z.array(z.number()).length(0)]).nullish();
/** A number, or the name of the enum's value. */
const Enum = z.union([z.number(), z.string()]).nullish();
/** A text that may be absent. */
export const Text = z.string().nullish();
/** A list of OTLP's KeyValue. */
export const Attributes = z.array(z.object({ key: z.string(), value: z.unknown() })).nullish();

/** OTLP's Span (opentelemetry/proto/trace/v1/trace.proto), from JSON or protobuf. */
export const OtlpSpan = z.object({
  traceId: Id,
  spanId: Id,
  parentSpanId: Id,
  traceState: Text,
  flags: z.number().nullish(),
  name: Text,
  kind: Enum,
  startTimeUnixNano: Nanoseconds,
  endTimeUnixNano: Nanoseconds,
  attributes: Attributes,
  events: z.array(z.object({ timeUnixNano: Nanoseconds, name: Text, attributes: Attributes })).nullish(),
  links: z.array(z.object({ traceId: Id, spanId: Id, attributes: Attributes })).nullish(),
  status: z.object({ code: Enum, message: Text }).nullish(),
});

const KINDS: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const KIND_NAMES = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_NAMES = ['UNSET', 'OK', 'ERROR'] as const;

/** All of a span but what its resource and its scope say. */
export function toSpan(span: z.infer<typeof OtlpSpan>): Omit<Span, 'service'> {
  const parentSpanId = hexId(span.parentSpanId, 8);
  const code = STATUS_NAMES[enumNumber(span.status?.code, STATUS_NAMES)];
  const message = span.status?.message;
  return {
    traceId: hexId(span.traceId, 16),
    spanId: hexId(span.spanId, 8),
    ...(!/^0*$/.test(parentSpanId) && { parentSpanId }),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId: hexId(traceId, 16),
      spanId: hexId(spanId, 8),
      ...(attributes?.length && { attributes: attributesOf(attributes) }),
    })),
    name: span.name ?? '',
    kind: KINDS[enumNumber(span.kind, KIND_NAMES)] ?? 'internal',
    startUs: microseconds(span.startTimeUnixNano),
    durationUs: durationUs(span.startTimeUnixNano, span.endTimeUnixNano),
    attributes: attributesOf(span.attributes),
    events: (span.events ?? [])
      .map(({ timeUnixNano, name, attributes }) => ({
        name: name ?? '',
        timeUs: microseconds(timeUnixNano),
        attributes: attributesOf(attributes),
      }))
      .sort((a, b) => a.timeUs - b.timeUs),
    ...((code === 'OK' || code === 'ERROR') && { status: { code, ...(message && { message }) } }),
    ...(span.traceState && { traceState: span.traceState }),
    ...sampledOf(span.flags ?? 0),
  };
}

/** Bit 8 says that the writer knows flags at all: one that does not writes 0 for a span that it did sample. */
const sampledOf = (flags: number): Pick<Span, 'sampled'> =>
  flags & 0x1ff ? { sampled: (flags & 1) === 1 } : {};

/** Lower-case hex; an id of another form is returned as it is, and its span is left out later. */
function hexId(id: z.infer<typeof Id>, bytes: number): string {
  if (!id?.length) return '';
  if (typeof id !== 'string') return Buffer.from(id).toString('hex');
  const isBase64 = id.length === Math.ceil(bytes / 3) * 4;
  return isBase64 ? Buffer.from(id, 'base64').toString('hex') : id.toLowerCase();
}

/** The number of `2`, `"SERVER"` or `"SPAN_KIND_SERVER"`; 0 for an unknown name. */
function enumNumber(value: z.infer<typeof Enum>, names: readonly string[]): number {
  if (typeof value !== 'string') return value ?? 0;
  const last = value.toUpperCase().split('_').at(-1) ?? '';
  return Math.max(names.indexOf(last), 0);
}

/** The attributes as a record; of a repeated key the last. */
export function attributesOf(list: z.infer<typeof Attributes>): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (const { key, value } of list ?? []) all[key] = anyValue(value);
  return all;
}

/** The value of an AnyValue: the one field that is set; null without one. */
function anyValue(given: unknown): unknown {
  const [[field, value] = []] = Object.entries(given ?? {});
  if (field === 'intValue') return wholeNumber(value);
  if (field === 'bytesValue' && value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (field === 'arrayValue') return (value.values ?? []).map(anyValue);
  if (field === 'kvlistValue') return attributesOf(value.values);
  return value ?? null;
}

/** A number where that is exact, else its digits. */
function wholeNumber(value: unknown): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
