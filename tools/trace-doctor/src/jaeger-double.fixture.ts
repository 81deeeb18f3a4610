// A trace store with Jaeger's query API over traces in memory.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span, Trace } from './trace.ts';

/** A trace in the form of Jaeger's query API. */
export const toJaeger = ({ traceId, spans }: Trace) => ({
  traceID: traceId,
  spans: spans.map(toJaegerSpan),
  processes: Object.fromEntries(spans.map(({ service }) => [service, { serviceName: service }])),
});

function toJaegerSpan(span: Span) {
  const refs = span.links.map((link) => ({
    refType: 'FOLLOWS_FROM',
    traceID: link.traceId,
    spanID: link.spanId,
  }));
  const parent = { refType: 'CHILD_OF', traceID: span.traceId, spanID: span.parentSpanId };
  const tags = {
    'otel.scope.name': 'double',
    ...span.attributes,
    'span.kind': span.kind,
    ...statusTags(span),
  };
  return {
    traceID: span.traceId,
    spanID: span.spanId,
    operationName: span.name,
    references: span.parentSpanId ? [parent, ...refs] : refs,
    startTime: span.startUs,
    duration: span.durationUs,
    tags: tagList(tags),
    logs: span.events.map(({ name, timeUs, attributes }) => ({
      timestamp: timeUs,
      fields: tagList({ event: name, ...attributes }),
    })),
    processID: span.service,
  };
}

const statusTags = ({ status }: Span) =>
  status ? { 'otel.status_code': status.code, 'otel.status_description': status.message ?? '' } : {};
const tagList = (tags: Record<string, unknown>) =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** Starts it; `traces` may change while it runs. It lists services, returns traces by id, and searches by service, time and tags. */
export async function startJaegerDouble(traces: Trace[]) {
  const requested: string[] = [];
  const server = createServer((request, response) => {
    requested.push(request.url ?? '');
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
    const data = answer(pathname, searchParams);
    response.writeHead(data ? 200 : 404).end(JSON.stringify({ data }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  function answer(path: string, query: URLSearchParams): unknown[] | undefined {
    if (path === '/api/services')
      return [...new Set(traces.flatMap(({ spans }) => spans.map((s) => s.service)))];
    if (path === '/api/traces') {
      const found = traces.filter(({ spans }) => spans.some((span) => fits(span, query)));
      return found.slice(0, Number(query.get('limit'))).map(toJaeger);
    }
    const found = traces.find(({ traceId }) => path === `/api/traces/${traceId}`);
    return found && [toJaeger(found)];
  }

  return {
    /** The path and query of every request so far. */
    requested,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function fits(span: Span, query: URLSearchParams): boolean {
  const tags = Object.entries(JSON.parse(query.get('tags') ?? '{}'));
  return (
    span.service === query.get('service') &&
    span.startUs >= Number(query.get('start') ?? 0) &&
    span.startUs <= Number(query.get('end') ?? Number.POSITIVE_INFINITY) &&
    tags.every(([key, value]) => span.attributes[key] === value)
  );
}
