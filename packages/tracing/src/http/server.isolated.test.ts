// Spans and contexts of a plain `node:http` server.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { startInstrumented } from '../sdk/instrumented.fixture.ts';

const tracing = startInstrumented('http');

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;
let handle: Handler = (_request, response) => response.end();
const server = createServer((request, response) => void handle(request, response));
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address() as AddressInfo;
afterEach(() => tracing.reset());
afterAll(() => void server.close().closeAllConnections());

const PARENT = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const head = (path: string, ...headers: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: mesh.example:8080', ...headers, '', ''].join('\r\n');

/** Sends the pieces one after the other, each when the server has read the last, and resolves with the response. */
async function send(...pieces: string[]): Promise<string> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const answer = text(socket);
  const [peer] = await accepted;
  let sent = 0;
  for (const piece of pieces) {
    socket.write(piece);
    sent += Buffer.byteLength(piece);
    await vi.waitFor(() => expect(peer.bytesRead).toBe(sent), { interval: 1 });
  }
  return answer;
}

const activeId = () => trace.getSpanContext(context.active())?.spanId;
const ended = (count: number) => vi.waitFor(() => expect(tracing.spans()).toHaveLength(count));

it('listeners of a request and its response run in the context of its span, whichever packet or close emits them', async () => {
  const seen: [event: string, span: string | undefined][] = [];
  const note = (event: string) => () => void seen.push([event, activeId()]);
  handle = (request, response) => {
    for (const event of ['data', 'end', 'close']) request.on(event, note(`request ${event}`));
    for (const event of ['finish', 'close']) response.on(event, note(`response ${event}`));
    request.on('end', () => response.end());
  };
  await send(head('/', 'Content-Length: 4', 'Connection: close'), 'ab', 'cd');
  await ended(1);
  const id = tracing.spans()[0]?.spanContext().spanId;
  const events = ['request data', 'request end', 'request close', 'response finish', 'response close'];
  expect(new Set(seen.map(([event]) => event))).toEqual(new Set(events));
  expect(new Set(seen.map(([, span]) => span))).toEqual(new Set([id]));
});

it('two requests of one packet have each its own parent and context', async () => {
  const seen = new Map<string | undefined, string | undefined>();
  handle = async (request, response) => {
    await text(request);
    seen.set(request.url, activeId());
    response.end();
  };
  const traceparent = `traceparent: 00-${PARENT.trace}-${PARENT.span}-01`;
  await send(
    `${head('/first', 'Content-Length: 2', traceparent)}ab${head('/second', 'Content-Length: 2', 'Connection: close')}cd`,
  );
  await ended(2);
  const by = Object.fromEntries(tracing.spans().map((span) => [span.attributes['url.path'], span]));
  expect(by['/first']?.parentSpanContext).toMatchObject({ traceId: PARENT.trace, spanId: PARENT.span });
  expect(by['/second']?.parentSpanContext).toBeUndefined();
  for (const path of ['/first', '/second']) expect(seen.get(path)).toBe(by[path]?.spanContext().spanId);
});

it('a caller that disconnects ends the span, and close listeners run in its context', async () => {
  const closed = Promise.withResolvers<string | undefined>();
  const begun = Promise.withResolvers<Span | undefined>();
  handle = (_request, response) => {
    response.on('close', () => closed.resolve(activeId()));
    begun.resolve(trace.getActiveSpan());
  };
  const socket = connect(port, '127.0.0.1');
  socket.write(head('/', 'Content-Length: 10'));
  const span = await begun.promise;
  socket.destroy();
  expect(await closed.promise).toBe(span?.spanContext().spanId);
  await ended(1);
});

it('a response that fails has its error on the span', async () => {
  handle = (_request, response) => {
    response.on('error', () => undefined).end();
    response.write('more');
  };
  await send(head('/', 'Content-Length: 0', 'Connection: close'));
  await ended(1);
  expect(tracing.spans()[0]).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: 'write after end' },
    attributes: { 'error.type': 'Error' },
    events: [{ name: 'exception' }],
  });
});

it('a probe has no span, and neither has its work', async () => {
  const seen: (string | undefined)[] = [];
  handle = (_request, response) => {
    trace.getTracer('test').startSpan('work').end();
    seen.push(activeId());
    response.end();
  };
  await send(head('/livez', 'Content-Length: 0', 'Connection: close'));
  expect(seen).toEqual([undefined]);
  expect(tracing.spans()).toEqual([]);
});

it.each([
  [[], ['mesh.example', 8080, '127.0.0.1']],
  [['Forwarded: for=192.0.2.60;proto=https;host=shop.example'], ['shop.example', 443, '192.0.2.60']],
  [
    ['Forwarded: ;;=', 'X-Forwarded-For: [2001:db8::1]:99, 10.0.0.1'],
    ['mesh.example', 8080, '2001:db8::1'],
  ],
  [
    ['X-Forwarded-Host: [::1]:90', 'X-Forwarded-For: garbage/'],
    ['[::1]', 90, 'garbage'],
  ],
])('the addresses of server and client are those that a proxy forwards (%j)', async (headers, expected) => {
  handle = (_request, response) => response.end();
  await send(head('/', ...headers, 'Content-Length: 0', 'Connection: close'));
  await ended(1);
  const { attributes } = tracing.spans()[0] ?? {};
  expect(['server.address', 'server.port', 'client.address'].map((name) => attributes?.[name])).toEqual(
    expected,
  );
});

it.each([
  ['/plain/a.b?x=1&sig=secret', '/plain/a.b', 'x=1&sig=REDACTED'],
  ['/a/../b/%2e%2e/c', '/c', undefined],
  ['//other.example/path', '/path', undefined],
  ['http://other.example/path?q', '/path', 'q='],
  ['/?', '/', undefined],
])('the target %s has the path %s and the query %s', async (target, path, query) => {
  await send(head(target, 'Content-Length: 0', 'Connection: close'));
  await ended(1);
  const { attributes } = tracing.spans()[0] ?? {};
  expect([attributes?.['url.path'], attributes?.['url.query']]).toEqual([path, query]);
});
