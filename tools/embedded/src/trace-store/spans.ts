// OTLP spans of both encodings in one shape: protobuf (decoded to base64 ids, decimal strings and numbers) and JSON (hex ids,
// strings or numbers, and enum names from some senders).

export type AnyValue = {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string | number;
  doubleValue?: number;
  bytesValue?: string;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
};
export type KeyValue = { key: string; value?: AnyValue };
type StoredLink = { traceId: string; spanId: string; traceState?: string; attributes: KeyValue[] };
type StoredEvent = { timeUnixNano: bigint; name: string; attributes: KeyValue[] };

/** A span as received, without rounding or loss. Ids are lower-case hex. */
export type StoredSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: KeyValue[];
  events: StoredEvent[];
  links: StoredLink[];
  /** 0 unset, 1 ok, 2 error. */
  status: { code: number; message?: string };
  scope: { name?: string; version?: string };
  service: string;
  /** The resource attributes without `service.name`. */
  resource: KeyValue[];
};

// biome-ignore lint/suspicious/noExplicitAny: unvalidated input, which this file converts
type Wire = any;

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES = ['UNSET', 'OK', 'ERROR'];

function hexId(id: unknown, bytes: number): string {
  const text = String(id ?? '');
  if (text === '' || new RegExp(`^[0-9a-f]{${bytes * 2}}$`, 'i').test(text)) return text.toLowerCase();
  return Buffer.from(text, 'base64').toString('hex');
}

function enumNumber(value: unknown, names: string[]): number {
  if (typeof value === 'number') return value;
  const found = names.findIndex((name) => String(value ?? '').endsWith(`_${name}`));
  return Math.max(found, 0);
}

function toSpan(span: Wire, scope: Wire, service: string, resource: KeyValue[]): StoredSpan {
  const parent = hexId(span.parentSpanId, 8);
  return {
    traceId: hexId(span.traceId, 16),
    spanId: hexId(span.spanId, 8),
    ...(parent && !/^0+$/.test(parent) && { parentSpanId: parent }),
    ...(span.traceState && { traceState: span.traceState }),
    name: span.name ?? '',
    kind: enumNumber(span.kind, KINDS),
    startTimeUnixNano: BigInt(span.startTimeUnixNano ?? 0),
    endTimeUnixNano: BigInt(span.endTimeUnixNano ?? 0),
    attributes: span.attributes ?? [],
    events: (span.events ?? []).map((event: Wire) => ({
      timeUnixNano: BigInt(event.timeUnixNano ?? 0),
      name: event.name ?? '',
      attributes: event.attributes ?? [],
    })),
    links: (span.links ?? []).map((link: Wire) => ({
      traceId: hexId(link.traceId, 16),
      spanId: hexId(link.spanId, 8),
      ...(link.traceState && { traceState: link.traceState }),
      attributes: link.attributes ?? [],
    })),
    status: {
      code: enumNumber(span.status?.code, STATUSES),
      ...(span.status?.message && { message: span.status.message }),
    },
    scope: { name: scope?.name, version: scope?.version },
    service,
    resource,
  };
}

/** Every span of an `ExportTraceServiceRequest` in its JSON shape. Throws for values that are not OTLP. */
export function spansOf(request: unknown): StoredSpan[] {
  const spans: StoredSpan[] = [];
  for (const { resource, scopeSpans } of (request as Wire)?.resourceSpans ?? []) {
    const attributes: KeyValue[] = resource?.attributes ?? [];
    const name = attributes.find(({ key }) => key === 'service.name')?.value?.stringValue;
    const rest = attributes.filter(({ key }) => key !== 'service.name');
    for (const { scope, spans: some } of scopeSpans ?? []) {
      for (const span of some ?? []) spans.push(toSpan(span, scope, name ?? 'unknown-service', rest));
    }
  }
  return spans;
}
