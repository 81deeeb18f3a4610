// Reads traces through Jaeger's query API, which every trace store of the mesh implements.
import { createHash, randomBytes } from 'node:crypto';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { z } from 'zod';
import { type Span, type Trace, uniqueTraces } from './trace.ts';

/** Some stores print ids without leading zeros. */
const TraceId = z.string().transform((id) => id.padStart(32, '0'));
const SpanId = z.string().transform((id) => (/^[0-9a-f]{1,15}$/.test(id) ? id.padStart(16, '0') : id));
const Tags = z
  .array(z.object({ key: z.string(), value: z.unknown() }))
  .nullish()
  .transform(
    (tags): Record<string, unknown> => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value])),
  );
const JaegerSpan = z.object({
  traceID: TraceId,
  spanID: SpanId,
  operationName: z.string(),
  references: z.array(z.object({ refType: z.string(), traceID: TraceId, spanID: SpanId })).nullish(),
  startTime: z.number(),
  duration: z.number(),
  tags: Tags,
  logs: z.array(z.object({ timestamp: z.number(), fields: Tags })).nullish(),
  processID: z.string(),
});
const JaegerTrace = z
  .object({
    traceID: TraceId,
    spans: z.array(JaegerSpan),
    processes: z.record(z.string(), z.object({ serviceName: z.string() })),
  })
  .transform(({ traceID, spans, processes }): Trace => {
    const read = spans.map((span) => toSpan(span, processes[span.processID]?.serviceName ?? 'unknown'));
    return { traceId: traceID, spans: separateSharedIds(read) };
  });
const Kind = z.enum(['server', 'client', 'producer', 'consumer', 'internal']).catch('internal');

export interface ReadOptions {
  signal?: AbortSignal | undefined;
}

/**
 * The trace as far as the store has it, or undefined while it knows nothing of that id.
 * @param tracesUrl the `traces` endpoint, without `/api/traces`
 * @throws Error with one clear line when the store does not answer, or not in Jaeger's form
 */
export async function fetchTrace(
  tracesUrl: string,
  traceId: string,
  options: ReadOptions = {},
): Promise<Trace | undefined> {
  const [found] = await read(at(tracesUrl, `traces/${traceId}`), JaegerTrace, options);
  return found;
}

export interface SearchOptions extends ReadOptions {
  limit: number;
  /** Only traces in which a span of the service began in this time; in microseconds since the epoch, both or neither. */
  startUs?: number;
  endUs?: number;
  /** Only traces in which a span of the service has all of these attributes. */
  attributes?: Record<string, string>;
}

/**
 * The newest traces, at most `limit`, that a service has a span in.
 * @throws Error like `fetchTrace`
 */
export function fetchTraces(tracesUrl: string, service: string, options: SearchOptions): Promise<Trace[]> {
  const { limit, startUs, endUs, attributes } = options;
  const query = new URLSearchParams({
    service,
    limit: String(limit),
    ...(startUs !== undefined && { start: String(startUs) }),
    ...(endUs !== undefined && { end: String(endUs) }),
    ...(attributes && { tags: JSON.stringify(attributes) }),
  });
  return read(at(tracesUrl, `traces?${query}`), JaegerTrace, options);
}

/** The same for several services; each trace once. */
export async function fetchTracesOf(
  tracesUrl: string,
  services: readonly string[],
  options: SearchOptions,
): Promise<Trace[]> {
  const found = services.map((service) => fetchTraces(tracesUrl, service, options));
  return uniqueTraces((await Promise.all(found)).flat());
}

/** The names under which Jaeger 2, and Jaeger 1's two programs, trace their own query API. */
const JAEGER_ITSELF = ['jaeger', 'jaeger-all-in-one', 'jaeger-query'];

/**
 * The names of all services that the store has spans of, without Jaeger's own: each page that a person opens there adds some.
 * @throws Error like `fetchTrace`
 */
export async function fetchServices(tracesUrl: string, options: ReadOptions = {}): Promise<string[]> {
  const services = await read(at(tracesUrl, 'services'), z.string(), options);
  return services.filter((service) => !JAEGER_ITSELF.includes(service));
}

const at = (tracesUrl: string, path: string) => `${tracesUrl.replace(/\/$/, '')}/api/${path}`;

/** The list in an answer's `data`; empty when the store answers 404. */
async function read<T>(url: string, item: z.ZodType<T>, { signal }: ReadOptions): Promise<T[]> {
  const response = await request(url, signal);
  if (response.status === 404) {
    // An unread body keeps the connection from being used again.
    await response.body?.cancel();
    return [];
  }
  if (!response.ok) throw new Error(`the trace store answered ${response.status} at ${url}`);
  const answer = z.object({ data: z.array(item).nullish() }).safeParse(parseJson(await response.text()));
  if (answer.success) return answer.data.data ?? [];
  const where = answer.error.issues[0];
  throw new Error(
    `the trace store did not answer in Jaeger's form at ${url}: ${where?.path.join('.')} ${where?.message}`,
  );
}

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

/** An unsampled parent: a Jaeger that traces its own API adds some eight spans for each query that has none. */
const unsampled = () => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;

/** Without tracing in this process too: its `fetch` would replace the header. */
async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const init = { signal: signal ?? null, headers: { traceparent: unsampled() } };
  try {
    return await context.with(suppressTracing(context.active()), () => fetch(url, init));
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

function toSpan(span: z.infer<typeof JaegerSpan>, service: string): Span {
  const { traceID: traceId, tags: attributes } = span;
  const references = (span.references ?? []).map(({ refType, traceID, spanID }) => ({
    isParent: refType === 'CHILD_OF',
    ref: { traceId: traceID, spanId: spanID },
  }));
  // Parents and links are both references. OpenTelemetry's links are FOLLOWS_FROM; in OpenTracing that is a parent too.
  const isOpenTelemetry = 'otel.scope.name' in attributes || 'otel.library.name' in attributes;
  const own = references.filter(({ ref }) => ref.traceId === traceId);
  const parent = own.find(({ isParent }) => isParent) ?? (isOpenTelemetry ? undefined : own[0]);
  const { 'span.kind': kind, 'otel.status_code': code, 'otel.status_description': message } = attributes;
  return {
    traceId,
    spanId: span.spanID,
    ...(parent && { parentSpanId: parent.ref.spanId }),
    links: references.filter((other) => other !== parent).map(({ ref }) => ref),
    name: span.operationName,
    kind: Kind.parse(kind),
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
    ...((code === 'OK' || code === 'ERROR') && {
      status: { code, ...(typeof message === 'string' && { message }) },
    }),
  };
}
