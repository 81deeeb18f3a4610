// Client spans of `node:http`: headers, contexts and ends.
import { once } from 'node:events';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { allowOrigin } from '../context/egress.ts';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';
import { withSpan } from '../spans/span.ts';

const tracing = startInstrumented('http');
// Patched where Node has no `kAuthority` (client.ts): vitest has no hooks for ES modules.
const { Agent, createServer, get, request } = createRequire(import.meta.url)(
  'node:http',
) as typeof import('node:http');

const received: IncomingHttpHeaders[] = [];
const server = createServer((request, response) => {
  received.push(request.headers);
  if (request.url === '/cut')
    response.writeHead(200, { 'content-length': 9 }).write('1', () => response.destroy());
  else if (request.url === '/busy') response.writeHead(503).write('1');
  else if (request.url !== '/silent') response.end('done');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address() as AddressInfo;
const url = `http://127.0.0.1:${port}`;
allowOrigin(url);
afterEach(() => {
  tracing.reset();
  received.length = 0;
});
afterAll(() => void server.close().closeAllConnections());

const FOREIGN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const clients = () => tracing.spans().filter(({ kind }) => kind === SpanKind.CLIENT);
const activeName = () => (trace.getActiveSpan() as { name?: string } | undefined)?.name;

/** Requests `path`, reads the response, and resolves with the spans that were active in its listeners. */
async function call(options: RequestOptions, body?: string): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  const outgoing = request({ host: '127.0.0.1', port, ...options }).end(body);
  const [response] = await once(outgoing, 'response');
  outgoing.on('close', () => seen.push(activeName()));
  response.on('data', () => seen.push(activeName())).on('end', () => seen.push(activeName()));
  await once(outgoing, 'close');
  return seen;
}

const traceparentOf = (span: ReturnType<typeof clients>[number] | undefined) =>
  `00-${span?.spanContext().traceId}-${span?.spanContext().spanId}-03`;

it.each<[form: string, options: RequestOptions]>([
  ['an object', { headers: { TraceParent: FOREIGN, 'x-own': '1' } }],
  ['a flat array', { headers: ['host', 'a', 'TraceParent', FOREIGN, 'x-own', '1'] }],
  [
    'an array of pairs',
    {
      headers: [
        ['host', 'a'],
        ['traceparent', FOREIGN],
        ['x-own', '1'],
      ] as unknown as string[],
    },
  ],
  [
    'an object with Expect',
    { method: 'POST', headers: { expect: '100-continue', traceparent: FOREIGN, 'x-own': '1' } },
  ],
])('headers given as %s are sent with the context of the call alone', async (_form, options) => {
  await call(options);
  expect(received).toEqual([
    expect.objectContaining({ 'x-own': '1', traceparent: traceparentOf(clients()[0]) }),
  ]);
});

it('an error response whose body the caller does not read marks the span as failed', async () => {
  const outgoing = get(`${url}/busy`);
  const [response] = await once(outgoing, 'response');
  response.destroy();
  await once(outgoing, 'close');
  expect(clients()[0]).toMatchObject({
    attributes: { 'error.type': '503', 'http.response.status_code': 503 },
    status: { code: SpanStatusCode.ERROR },
  });
});

it('a Host header does not make another origin receive context', async () => {
  const other = createServer((request, response) => {
    received.push(request.headers);
    response.end();
  });
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port: foreign } = other.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  for (const headers of [{ host, traceparent: FOREIGN }, ['Host', host, 'traceparent', FOREIGN]])
    await call({ port: foreign, headers });
  other.close().closeAllConnections();
  expect(received.map((headers) => [headers.host, headers.traceparent])).toEqual([
    [host, undefined],
    [host, undefined],
  ]);
  expect(clients()[0]?.attributes['server.port']).toBe(foreign);
});

it('requests that wait for a connection, and reuse one, keep the parent and the context of their caller', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const names = ['a', 'b', 'c'];
  const seen = await Promise.all(
    names.map((name) => withSpan(name, {}, () => call({ agent, path: `/${name}` }))),
  );
  agent.destroy();
  expect(seen).toEqual(names.map((name) => [name, name, name]));
  for (const name of names) {
    const caller = tracing.spans().find((span) => span.name === name);
    const sent = clients().find(({ attributes }) => attributes['url.full'] === `${url}/${name}`);
    expect(sent?.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
  }
});

it('a response that is cut off ends its span, and the program receives the error as without tracing', async () => {
  const [response] = await once(get(`${url}/cut`), 'response');
  const failed = once(response, 'error');
  response.resume();
  expect((await failed)[0]).toMatchObject({ message: 'aborted' });
  await vi.waitFor(() => expect(clients()).toHaveLength(1));
});

it('a request that its caller aborts ends its span with the AbortError', async () => {
  const aborting = new AbortController();
  const outgoing = get(`${url}/silent`, { signal: aborting.signal });
  const failed = once(outgoing, 'error');
  await vi.waitFor(() => expect(received).toHaveLength(1));
  aborting.abort();
  await failed;
  await vi.waitFor(() => expect(clients()).toHaveLength(1));
  expect(clients()[0]?.attributes['error.type']).toBe('AbortError');
});

it('a response without a listener is discarded as without tracing, and its span ends', async () => {
  await once(get(url), 'close');
  expect(clients()[0]?.attributes['http.response.status_code']).toBe(200);
});

it('a suppressed request has no span and keeps its headers', async () => {
  await context.with(suppressTracing(context.active()), () => call({ headers: { traceparent: FOREIGN } }));
  expect(clients()).toEqual([]);
  expect(received[0]?.traceparent).toBe(FOREIGN);
});
