// OTLP spans as JSON of Jaeger's query API, converted as by Jaeger's internal/jptrace translator.
import type { AnyValue, KeyValue, StoredSpan } from './spans.ts';

type Tag = { key: string; type: 'string' | 'bool' | 'int64' | 'float64' | 'binary'; value: unknown };
type Reference = { refType: 'CHILD_OF' | 'FOLLOWS_FROM'; traceID: string; spanID: string };
export type JaegerSpan = {
  traceID: string;
  spanID: string;
  operationName: string;
  references: Reference[];
  /** In microseconds, as `duration`. */
  startTime: number;
  duration: number;
  tags: Tag[];
  logs: { timestamp: number; fields: Tag[] }[];
  processID: string;
  warnings: null;
};
export type JaegerTrace = {
  traceID: string;
  spans: JaegerSpan[];
  processes: Record<string, { serviceName: string; tags: Tag[] }>;
  warnings: null;
};

const KINDS = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUS_CODES = [undefined, 'OK', 'ERROR'];

function plain(value: AnyValue | undefined): unknown {
  if (!value) return '';
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue) {
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map((entry) => [entry.key, plain(entry.value)]),
    );
  }
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? '';
}

function toTag({ key, value }: KeyValue): Tag {
  if (value?.boolValue !== undefined) return { key, type: 'bool', value: value.boolValue };
  if (value?.intValue !== undefined) return { key, type: 'int64', value: Number(value.intValue) };
  if (value?.doubleValue !== undefined) return { key, type: 'float64', value: value.doubleValue };
  if (value?.bytesValue !== undefined) return { key, type: 'binary', value: value.bytesValue };
  const content = plain(value);
  // Jaeger has no type for lists and maps: they become JSON strings.
  return { key, type: 'string', value: typeof content === 'string' ? content : JSON.stringify(content) };
}

const text = (key: string, value: string): Tag => ({ key, type: 'string', value });

function tagsOf({ attributes, kind, status, traceState, scope }: StoredSpan): Tag[] {
  const fields: [key: string, value: string | undefined][] = [
    ['span.kind', KINDS[kind]],
    ['otel.status_code', STATUS_CODES[status.code]],
    ['otel.status_description', status.message],
    ['w3c.tracestate', traceState],
    ['otel.scope.name', scope.name],
    ['otel.scope.version', scope.version],
  ];
  const error: Tag[] = status.code === 2 ? [{ key: 'error', type: 'bool', value: true }] : [];
  return [
    ...attributes.map(toTag),
    ...fields.flatMap(([key, value]) => (value ? [text(key, value)] : [])),
    ...error,
  ];
}

function referencesOf(span: StoredSpan): Reference[] {
  const links = span.links.map(
    (link): Reference => ({ refType: 'FOLLOWS_FROM', traceID: link.traceId, spanID: link.spanId }),
  );
  if (!span.parentSpanId) return links;
  return [{ refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId }, ...links];
}

const micros = (nanos: bigint) => Number(nanos / 1000n);

function toJaegerSpan(span: StoredSpan, processID: string): JaegerSpan {
  return {
    traceID: span.traceId,
    spanID: span.spanId,
    operationName: span.name,
    references: referencesOf(span),
    startTime: micros(span.startTimeUnixNano),
    duration: micros(span.endTimeUnixNano - span.startTimeUnixNano),
    tags: tagsOf(span),
    logs: span.events.map((event) => ({
      timestamp: micros(event.timeUnixNano),
      fields: [text('event', event.name), ...event.attributes.map(toTag)],
    })),
    processID,
    warnings: null,
  };
}

/** A trace as an element of Jaeger's `data`. */
export function toJaegerTrace(traceId: string, spans: StoredSpan[]): JaegerTrace {
  const ids = new Map<string, string>();
  const processes: JaegerTrace['processes'] = {};
  const processOf = (span: StoredSpan): string => {
    const tags = span.resource.map(toTag);
    const key = JSON.stringify([span.service, tags]);
    const known = ids.get(key);
    if (known) return known;
    const id = `p${ids.size + 1}`;
    ids.set(key, id);
    processes[id] = { serviceName: span.service, tags };
    return id;
  };
  const converted = spans.map((span) => toJaegerSpan(span, processOf(span)));
  return { traceID: traceId, spans: converted, processes, warnings: null };
}
