// Reads traces through Jaeger's query API, which every trace store of the mesh implements.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Span, SpanKind, SpanRef, Trace } from './trace.ts';

const Tag = z.object({ key: z.string(), type: z.string().optional(), value: z.unknown() });
const Reference = z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() });
const JaegerSpan = z.object({
  traceID: z.string(),
  spanID: z.string(),
  operationName: z.string(),
  references: z.array(Reference).nullish(),
  startTime: z.number(),
  duration: z.number(),
  tags: z.array(Tag).nullish(),
  logs: z.array(z.object({ timestamp: z.number(), fields: z.array(Tag).nullish() })).nullish(),
  processID: z.string(),
});
const JaegerTrace = z.object({
  traceID: z.string(),
  spans: z.array(JaegerSpan),
  processes: z.record(z.string(), z.object({ serviceName: z.string() })),
});
const Traces = z.object({ data: z.array(JaegerTrace).nullish() });
const Services = z.object({ data: z.array(z.string()).nullish() });

type Tags = z.infer<typeof Tag>[] | null | undefined;

/**
 * The trace as far as the store has it, or undefined while it knows nothing of that id.
 * @param tracesUrl the `traces` endpoint, without `/api/traces`
 * @throws Error with one clear line when the store does not answer, or not in Jaeger's form
 */
export async function fetchTrace(
  tracesUrl: string,
  traceId: string,
  options: { signal?: AbortSignal } = {},
): Promise<Trace | undefined> {
  const [found] = (await read(at(tracesUrl, `traces/${traceId}`), Traces, options)) ?? [];
  return found && toTrace(found);
}

export interface SearchOptions {
  limit: number;
  /** Only traces in which a span of the service began in this time; in microseconds since the epoch, both or neither. */
  startUs?: number;
  endUs?: number;
  /** Only traces in which a span of the service has all of these attributes. */
  attributes?: Record<string, string>;
  signal?: AbortSignal;
}

/**
 * The newest traces, at most `limit`, that a service has a span in.
 * @throws Error like `fetchTrace`
 */
export async function fetchTraces(
  tracesUrl: string,
  service: string,
  options: SearchOptions,
): Promise<Trace[]> {
  const { limit, startUs, endUs, attributes } = options;
  const query = new URLSearchParams({
    service,
    limit: String(limit),
    ...(startUs !== undefined && { start: String(startUs) }),
    ...(endUs !== undefined && { end: String(endUs) }),
    ...(attributes && { tags: JSON.stringify(attributes) }),
  });
  const found = await read(at(tracesUrl, `traces?${query}`), Traces, options);
  return (found ?? []).map(toTrace);
}

/**
 * The names of all services that the store has spans of.
 * @throws Error like `fetchTrace`
 */
export async function fetchServices(
  tracesUrl: string,
  options: { signal?: AbortSignal } = {},
): Promise<string[]> {
  return (await read(at(tracesUrl, 'services'), Services, options)) ?? [];
}

const at = (tracesUrl: string, path: string) => `${tracesUrl.replace(/\/$/, '')}/api/${path}`;

async function read<T>(
  url: string,
  form: z.ZodType<{ data?: T[] | null | undefined }>,
  options: { signal?: AbortSignal },
): Promise<T[] | undefined> {
  const response = await request(url, options.signal);
  if (response.status === 404) {
    // An unread body keeps the connection from being used again.
    await response.body?.cancel();
    return undefined;
  }
  if (!response.ok) throw new Error(`the trace store answered ${response.status} at ${url}`);
  const answer = form.safeParse(parseJson(await response.text()));
  if (!answer.success) {
    const where = answer.error.issues[0];
    throw new Error(
      `the trace store did not answer in Jaeger's form at ${url}: ${where?.path.join('.')} ${where?.message}`,
    );
  }
  return answer.data.data ?? [];
}

const toTrace = (found: z.infer<typeof JaegerTrace>): Trace => ({
  traceId: wideTraceId(found.traceID),
  spans: separateSharedIds(found.spans.map((span) => toSpan(span, found))),
});

/**
 * Zipkin's clients and servers share one span id (https://github.com/openzipkin/b3-propagation#why-is-parentspanid-propagated).
 * The server span gets an id derived from it, becomes the client's child, and keeps the children of its own service.
 */
function separateSharedIds(spans: Span[]): Span[] {
  const clients = new Map(spans.filter(({ kind }) => kind === 'client').map((span) => [span.spanId, span]));
  const servers = new Map(
    spans.filter(({ kind, spanId }) => kind === 'server' && clients.has(spanId)).map((s) => [s.spanId, s]),
  );
  if (servers.size === 0) return spans;
  return spans.map((span) => {
    if (servers.get(span.spanId) === span)
      return { ...span, spanId: serverIdOf(span.spanId), parentSpanId: span.spanId };
    const server = servers.get(span.parentSpanId ?? '');
    return server?.service === span.service && server !== span
      ? { ...span, parentSpanId: serverIdOf(server.spanId) }
      : span;
  });
}

const serverIdOf = (sharedId: string): string =>
  createHash('sha256').update(`server ${sharedId}`).digest('hex').slice(0, 16);

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`the trace store does not answer at ${url}`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it like any other answer that is not Jaeger's.
    return text;
  }
}

function toSpan(span: z.infer<typeof JaegerSpan>, trace: z.infer<typeof JaegerTrace>): Span {
  const traceId = wideTraceId(span.traceID);
  const attributes = toRecord(span.tags);
  const references = span.references ?? [];
  // Parents and links are both references. OpenTelemetry's links are FOLLOWS_FROM; in OpenTracing that is a parent too.
  const isOpenTelemetry = 'otel.scope.name' in attributes || 'otel.library.name' in attributes;
  const own = references.filter((ref) => wideTraceId(ref.traceID) === traceId);
  const parent = own.find((ref) => ref.refType === 'CHILD_OF') ?? (isOpenTelemetry ? undefined : own[0]);
  const { 'span.kind': kind, 'otel.status_code': code, 'otel.status_description': message } = attributes;
  return {
    traceId,
    spanId: wideSpanId(span.spanID),
    ...(parent && { parentSpanId: wideSpanId(parent.spanID) }),
    links: references.filter((ref) => ref !== parent).map(toRef),
    name: span.operationName,
    kind: isKind(kind) ? kind : 'internal',
    service: trace.processes[span.processID]?.serviceName ?? 'unknown',
    startUs: span.startTime,
    durationUs: span.duration,
    attributes,
    events: (span.logs ?? []).map((log) => {
      const { event, ...rest } = toRecord(log.fields);
      return { name: typeof event === 'string' ? event : '', timeUs: log.timestamp, attributes: rest };
    }),
    ...((code === 'OK' || code === 'ERROR') && {
      status: { code, ...(typeof message === 'string' && { message }) },
    }),
  };
}

const toRef = (ref: z.infer<typeof Reference>): SpanRef => ({
  traceId: wideTraceId(ref.traceID),
  spanId: wideSpanId(ref.spanID),
});

const toRecord = (tags: Tags): Record<string, unknown> =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.key, tag.value]));

/** Some stores print ids without leading zeros. */
const wideTraceId = (id: string): string => id.padStart(32, '0');
const wideSpanId = (id: string): string => (/^[0-9a-f]{1,15}$/.test(id) ? id.padStart(16, '0') : id);

const isKind = (kind: unknown): kind is SpanKind =>
  kind === 'server' || kind === 'client' || kind === 'producer' || kind === 'consumer' || kind === 'internal';
