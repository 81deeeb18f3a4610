import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { fetchServices, fetchTrace, fetchTraces } from './jaeger.ts';

const TRACE_ID = '0000000000000000aaaaaaaaaaaaaaaa';
const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A trace store that gives every request one answer and records the paths and traceparents. */
async function store(status: number, body: unknown) {
  const paths: string[] = [];
  const parents: unknown[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    parents.push(request.headers.traceparent);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths, parents };
}

const tag = (key: string, value: unknown, type = 'string') => ({ key, type, value });
const span = {
  traceID: 'aaaaaaaaaaaaaaaa',
  spanID: 'b7ad6b7169203331',
  operationName: 'process tasks',
  references: [
    { refType: 'FOLLOWS_FROM', traceID: 'aaaaaaaaaaaaaaaa', spanID: '00f067aa0ba902b7' },
    { refType: 'CHILD_OF', traceID: 'aaaaaaaaaaaaaaaa', spanID: '00f067aa0ba902b8' },
  ],
  startTime: 1_700_000_000_000_000,
  duration: 2500,
  tags: [
    tag('span.kind', 'consumer'),
    tag('messaging.batch.message_count', 3, 'int64'),
    tag('otel.status_code', 'ERROR'),
    tag('otel.status_description', 'the model is gone'),
  ],
  logs: [{ timestamp: 7, fields: [tag('event', 'retry'), tag('attempt', 2, 'int64')] }],
  processID: 'p1',
};
const body = (...spans: unknown[]) => ({
  data: [{ traceID: 'aaaaaaaaaaaaaaaa', spans, processes: { p1: { serviceName: 'worker', tags: [] } } }],
  errors: null,
});

it('reads a span with its parent, links, kind, status and events', async () => {
  const { url, paths } = await store(200, body(span));
  const trace = await fetchTrace(`${url}/`, TRACE_ID);
  expect(paths).toEqual([`/api/traces/${TRACE_ID}`]);
  expect(trace).toEqual({
    traceId: TRACE_ID,
    spans: [
      {
        traceId: TRACE_ID,
        spanId: 'b7ad6b7169203331',
        parentSpanId: '00f067aa0ba902b8',
        links: [{ traceId: TRACE_ID, spanId: '00f067aa0ba902b7' }],
        name: 'process tasks',
        kind: 'consumer',
        service: 'worker',
        startUs: 1_700_000_000_000_000,
        durationUs: 2500,
        attributes: {
          'span.kind': 'consumer',
          'messaging.batch.message_count': 3,
          'otel.status_code': 'ERROR',
          'otel.status_description': 'the model is gone',
        },
        events: [{ name: 'retry', timeUs: 7, attributes: { attempt: 2 } }],
        status: { code: 'ERROR', message: 'the model is gone' },
        resource: { 'service.name': 'worker' },
      },
    ],
  });
});

it('reads the events of a span in the order of time, whatever order the store has', async () => {
  const log = (timestamp: number, event: string) => ({
    timestamp,
    fields: [{ key: 'event', type: 'string', value: event }],
  });
  const { url } = await store(200, body({ ...span, logs: [log(9, 'exception'), log(5, 'a'), log(7, 'b')] }));
  const [read] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(read?.events.map(({ name }) => name)).toEqual(['a', 'b', 'exception']);
});

it('reads a bare root: no references, tags or logs', async () => {
  const { url } = await store(200, body({ ...span, references: [], tags: null, logs: null }));
  const [root] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(root).toMatchObject({ kind: 'internal', links: [], events: [], attributes: {} });
  expect(root).not.toHaveProperty('parentSpanId');
  expect(root).not.toHaveProperty('status');
});

it('services are listed, and traces searched by service, time and attributes', async () => {
  const { url, paths } = await store(200, { data: ['agent', 'jaeger', 'worker'] });
  const withoutJaegersOwn = ['agent', 'worker'];
  expect(await fetchServices(`${url}/`)).toEqual(withoutJaegersOwn);
  const none = await store(200, { data: null });
  const search = { limit: 5, startUs: 1, endUs: 2, attributes: { 'mesh.link.trace_id': TRACE_ID } };
  expect(await fetchTraces(none.url, 'worker', search)).toEqual([]);
  expect(paths).toEqual(['/api/services']);
  const { searchParams } = new URL(none.paths[0] ?? '', url);
  expect(Object.fromEntries(searchParams)).toEqual({
    service: 'worker',
    limit: '5',
    start: '1',
    end: '2',
    tags: JSON.stringify({ 'mesh.link.trace_id': TRACE_ID }),
  });
});

it('each query has an unsampled parent of its own, so that Jaeger does not record it', async () => {
  const { url, parents } = await store(200, { data: [] });
  await fetchServices(url);
  await fetchTrace(url, TRACE_ID);
  await fetchTraces(url, 'worker', { limit: 1 });
  expect(parents).toHaveLength(3);
  for (const parent of parents) expect(parent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
  expect(new Set(parents).size).toBe(3);
});

it('a trace that the store does not have is undefined', async () => {
  const { url } = await store(404, { data: null, errors: [{ code: 404, msg: 'trace not found' }] });
  expect(await fetchTrace(url, TRACE_ID)).toBeUndefined();
});

it.each([
  ['no JSON', '<html>', /did not answer in Jaeger's form/],
  ['a span without an id', body({ ...span, spanID: undefined }), /data\.0\.spans\.0\.spanID/],
])('refuses %s', async (_what, answer, line) => {
  const { url } = await store(200, answer);
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(line);
});

it('the error names the URL when the store fails or does not answer', async () => {
  const { url } = await store(500, '');
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(`the trace store answered 500 at ${url}`);
  const [server] = open.splice(0);
  server?.close();
  server?.closeAllConnections();
  await expect(fetchTrace(url, TRACE_ID)).rejects.toThrow(`the trace store does not answer at ${url}`);
});

it('an aborted request rejects with the reason of its signal', async () => {
  const signal = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(fetchTrace('http://127.0.0.1:1', TRACE_ID, { signal })).rejects.toThrow('Ctrl-C');
});

const OTHER_TRACE = 'bbbbbbbbbbbbbbbb';
const follows = (spanID: string, traceID = 'aaaaaaaaaaaaaaaa') => ({
  refType: 'FOLLOWS_FROM',
  traceID,
  spanID,
});
const childOf = (spanID: string, traceID = 'aaaaaaaaaaaaaaaa') => ({ refType: 'CHILD_OF', traceID, spanID });
const A = '00f067aa0ba902b7';
const B = '00f067aa0ba902b8';

it.each([
  ['a FOLLOWS_FROM reference alone is the parent (OpenTracing)', [follows(A)], A, 0],
  ['beside a CHILD_OF reference, FOLLOWS_FROM is a link', [follows(A), childOf(B)], B, 1],
  [
    'a FOLLOWS_FROM reference to another trace is a link, the span is a root',
    [follows(A, OTHER_TRACE)],
    undefined,
    1,
  ],
  [
    'a CHILD_OF reference to another trace is a link, the span is a root',
    [childOf(A, OTHER_TRACE)],
    undefined,
    1,
  ],
  [
    'of references to both, the one within the trace is the parent',
    [childOf(A, OTHER_TRACE), follows(B)],
    B,
    1,
  ],
])('%s', async (_, references, parentSpanId, links) => {
  const { url } = await store(200, body({ ...span, references }));
  const [read] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(read?.parentSpanId).toBe(parentSpanId);
  expect(read?.links).toHaveLength(links);
});

it('a FOLLOWS_FROM reference of an OpenTelemetry span is a link, within its own trace too', async () => {
  const tags = [...span.tags, tag('otel.scope.name', 'shop')];
  const { url } = await store(200, body({ ...span, tags, references: [follows(A)] }));
  const [root] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(root?.parentSpanId).toBeUndefined();
  expect(root?.links).toEqual([{ traceId: TRACE_ID, spanId: A }]);
});

it.each([
  ['span id', 'f067aa0ba902b7', A],
  ['reference', A, 'f067aa0ba902b7'],
])('a %s without its leading zeros matches the padded one', async (_, spanID, referenced) => {
  const first = { ...span, spanID, references: [] };
  const { url } = await store(200, body(first, { ...span, references: [childOf(referenced)] }));
  const [parent, child] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(child?.parentSpanId).toBe(parent?.spanId);
});

it('a Zipkin client and server with one span id become parent and child, and each keeps its own children', async () => {
  const at = (kind: string, processID: string, spanID: string, references: unknown[]) => ({
    ...span,
    ...{
      spanID,
      processID,
      references,
      operationName: `${kind} of ${processID}`,
      tags: [tag('span.kind', kind)],
    },
  });
  const zipkin = {
    data: [
      {
        traceID: 'aaaaaaaaaaaaaaaa',
        spans: [
          at('client', 'p1', A, []),
          at('server', 'p2', A, []),
          at('internal', 'p1', '00000000000000c1', [childOf(A)]),
          at('internal', 'p2', '00000000000000c2', [childOf(A)]),
        ],
        processes: { p1: { serviceName: 'caller' }, p2: { serviceName: 'callee' } },
      },
    ],
  };
  const { url } = await store(200, zipkin);
  const [client, server, ofClient, ofServer] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(client).toMatchObject({ spanId: A, service: 'caller' });
  expect(client?.parentSpanId).toBeUndefined();
  expect(server?.parentSpanId).toBe(A);
  expect(server?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(server?.spanId).not.toBe(A);
  expect([ofClient?.parentSpanId, ofServer?.parentSpanId]).toEqual([A, server?.spanId]);
});
