// The client of a handshake: the headers that it sends, and its signal.
import { getEventListeners, once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { extractContext, runInContext } from '../context/carrier.ts';
import type { Trust } from '../context/trust.ts';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { acceptConnection } from './accept.ts';
import { connect } from './connect.ts';
import { onMessage, sendMessage } from './message.ts';
import { startServer, type TestServer, WAIT } from './server.fixture.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const INSIDE: Trust = { inside: true };
const abortListeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

describe('connect', () => {
  const stale = {
    Traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    traceState: 'stale=1',
    BAGGAGE: 'cart=17',
    'X-MCP-Tenant-ID': 'other',
    'x-mcp-user-id': 'ann',
    'X-Kept': 'kept',
  };

  it.each([
    ['headers', { 'x-kept': 'kept', traceparent: expect.stringMatching(/^00-/) }],
    ['protocol', { 'x-kept': 'kept' }],
    ['hello', { 'x-kept': 'kept' }],
  ] as const)(
    'by %s sends no context that the given headers hold from earlier work',
    async (via, expected) => {
      const headers = Promise.withResolvers<IncomingHttpHeaders>();
      await using server = await startServer((socket, incoming) => {
        void acceptConnection(socket, incoming);
        headers.resolve(incoming.headers);
      });
      const client = await withSpan('work without tenant', {}, () => connect(server.url, stale, { via }));
      const sent = await headers.promise;
      expect(sent).toMatchObject(expected);
      // The key is random and may hold any letters.
      const { 'sec-websocket-key': _, ...rest } = sent;
      expect(JSON.stringify(rest)).not.toMatch(/stale|cart|other|ann|1111/);
      client.socket.terminate();
    },
  );

  it('replaces stale context by the active context', async () => {
    const headers = Promise.withResolvers<IncomingHttpHeaders>();
    await using server = await startServer((_socket, incoming) => headers.resolve(incoming.headers));
    const ctx = extractContext({ traceparent: TRACEPARENT, baggage: 'a=1', 'x-mcp-tenant-id': 'acme' });
    await runInContext(ctx, () => connect(server.url, stale));
    expect(await headers.promise).toMatchObject({
      traceparent: expect.stringContaining(TRACEPARENT.slice(3, 35)),
      baggage: 'a=1',
      'x-mcp-tenant-id': 'acme',
    });
    expect(JSON.stringify(await headers.promise)).not.toMatch(/stale|cart|other|"ann"|1111/);
  });

  it('leaves no listener on a signal whose connection opened, and ends with it no open connection', async () => {
    await using server = await startServer((socket, incoming) => void acceptConnection(socket, incoming));
    const stop = new AbortController();
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => connect(server.url, {}, { signal: stop.signal })),
    );
    expect(abortListeners(stop.signal)).toBe(0);
    stop.abort();
    for (const { socket } of clients) {
      const pong = once(socket, 'pong', { signal: AbortSignal.timeout(WAIT.timeout) });
      socket.ping();
      await pong;
      socket.terminate();
    }
  });

  it('leaves no listener on a signal whose attempts failed', async () => {
    await using server = await startServer(() => undefined);
    const { signal } = new AbortController();
    for (const url of [server.url.replace(/\d+\/ws/, '1/ws'), server.url.replace('ws:', 'wss:')]) {
      await expect(connect(url, {}, { signal })).rejects.toThrow();
    }
    await vi.waitFor(() => expect(abortListeners(signal)).toBe(0), WAIT);
  });

  it('rejects when the signal aborts before the server answers', async () => {
    const asked = Promise.withResolvers<void>();
    await using silent = await startSilentServer(asked.resolve);
    const stop = new AbortController();
    const attempt = connect(silent.url, {}, { signal: stop.signal });
    await asked.promise;
    stop.abort();
    await expect(attempt).rejects.toMatchObject({ name: 'AbortError' });
    await expect(connect(silent.url, {}, { signal: stop.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(abortListeners(stop.signal)).toBe(0);
  });
});

it('a message that a handler passes on is a child of the handler’s span, not of the first sender’s', async () => {
  await using target = await startServer(async (socket, incoming) => {
    const connection = await acceptConnection(socket, incoming, { authenticate: () => INSIDE });
    onMessage(connection, () => undefined, console.error);
  });
  const next = await connect(target.url);
  await using router = await startServer(async (socket, incoming) => {
    const connection = await acceptConnection(socket, incoming, { authenticate: () => INSIDE });
    onMessage(connection, ({ type, data }) => sendMessage(next, type, data), console.error);
  });
  const client = await connect(router.url);
  await withSpan('first sender', {}, () => sendMessage(client, 'task', 1));
  await vi.waitFor(() => expect(tracing.spans('process task')).toHaveLength(2), WAIT);
  const [sent, sentOn] = tracing.spans('send task');
  const [routed, handled] = tracing.spans('process task').toSorted((a, b) => startOf(a) - startOf(b));
  expect(routed?.parentSpanContext?.spanId).toBe(sent?.spanContext().spanId);
  expect(sentOn?.parentSpanContext?.spanId).toBe(routed?.spanContext().spanId);
  expect(handled?.parentSpanContext?.spanId).toBe(sentOn?.spanContext().spanId);
});

const startOf = ({ startTime: [s, ns] }: { startTime: [number, number] }) => s * 1e9 + ns;

async function startSilentServer(onRequest: () => void): Promise<TestServer> {
  const server = createServer((socket) => void socket.on('error', () => undefined).once('data', onRequest));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}
