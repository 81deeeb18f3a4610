// Messages that arrive before a handler is added.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { withSpan } from '../spans/span.ts';
import { startTestTracing } from '../testing.ts';
import { acceptConnection } from './accept.ts';
import type { Codec } from './codec.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { jsonCodec } from './envelope.ts';
import { frameCodec } from './frame-codec.ts';
import { sendMessage } from './message.ts';
import { clientFrame, handshakeRequest, received, sendBytes, startServer, WAIT } from './server.fixture.ts';

const tracing = startTestTracing();
afterEach(() => tracing.reset());
afterAll(() => tracing[Symbol.asyncDispose]());

const binary = () => frameCodec({ greet: { type: 'notification', method: 3 } });
const codecs: [string, () => Codec][] = [
  ['text', () => jsonCodec],
  ['binary', binary],
];

/** Resolves when the peer has answered a ping, and so has received and sent everything before it. */
async function roundTrip({ socket }: Connection): Promise<void> {
  const answered = once(socket, 'pong', { signal: AbortSignal.timeout(WAIT.timeout) });
  socket.ping();
  await answered;
}

describe.each(codecs)('%s messages that arrive before a handler is added', (_form, codec) => {
  it('reach the handler of a client that greets later than the server, as children of their senders', async () => {
    await using server = await startServer(
      (socket, request) => {
        const connection = acceptConnection(socket, request, { codecs: [codec()] });
        for (const n of [1, 2, 3]) void sendMessage(connection, 'greet', n);
      },
      [codec()],
    );
    const client = await connect(server.url, {}, { codec: codec() });
    await vi.waitFor(() => expect(tracing.spans('send greet')).toHaveLength(3), WAIT);
    await roundTrip(client);
    const { data, errors } = received(client);
    await vi.waitFor(() => expect(data).toEqual([1, 2, 3]), WAIT);
    expect(errors).toEqual([]);
    const senders = tracing.spans('send greet').map((span) => span.spanContext().spanId);
    await vi.waitFor(() => {
      const parents = tracing.spans('process greet').map((span) => span.parentSpanContext?.spanId);
      expect(parents).toEqual(senders);
    }, WAIT);
  });

  it('reach the handler of a server that first awaits something else', async () => {
    const opened = Promise.withResolvers<Connection>();
    await using server = await startServer(
      (socket, request) => opened.resolve(acceptConnection(socket, request, { codecs: [codec()] })),
      [codec()],
    );
    const client = await connect(server.url, {}, { codec: codec() });
    await withSpan('agent', {}, async () => {
      for (const n of [1, 2, 3]) await sendMessage(client, 'greet', n);
    });
    const connection = await opened.promise;
    await roundTrip(client);
    const { data } = received(connection);
    await vi.waitFor(() => expect(data).toEqual([1, 2, 3]), WAIT);
  });

  it('reach the handler of every later connection of a client that connects again', async () => {
    await using server = await startServer(
      (socket, request) => {
        const connection = acceptConnection(socket, request, { codecs: [codec()] });
        void sendMessage(connection, 'greet', 'again');
      },
      [codec()],
    );
    for (let n = 0; n < 3; n += 1) {
      const client = await connect(server.url, {}, { codec: codec() });
      await turn();
      const { data } = received(client);
      await vi.waitFor(() => expect(data).toEqual(['again']), WAIT);
      client.socket.terminate();
    }
  });
});

it('a message in the same packet as the handshake reaches the handler of a server', async () => {
  const opened = Promise.withResolvers<Connection>();
  await using server = await startServer((socket, request) => {
    opened.resolve(acceptConnection(socket, request, { hello: AbortSignal.timeout(WAIT.timeout) }));
  });
  const first = clientFrame(JSON.stringify({ type: 'greet', data: 'first' }));
  const second = clientFrame(JSON.stringify({ type: 'greet', data: 'second' }));
  await sendBytes(server.port, handshakeRequest(), first, second);
  const connection = await opened.promise;
  await turn();
  const { data } = received(connection);
  await vi.waitFor(() => expect(data).toEqual(['first', 'second']), WAIT);
});

it('a message in the same packet as the answer to the handshake reaches the handler of a client', async () => {
  const server = createServer((socket) => {
    socket.once('data', (request) => {
      const [, key] = /sec-websocket-key: (\S+)/i.exec(String(request)) ?? [];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const text = JSON.stringify({ type: 'greet', data: 'first' });
      socket.write(
        Buffer.concat([
          Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'),
          Buffer.from(`Sec-WebSocket-Accept: ${accept}\r\n\r\n`),
          Buffer.from([0x81, text.length]),
          Buffer.from(text),
        ]),
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const client = await connect(`ws://127.0.0.1:${port}/ws`);
  await turn();
  const { data } = received(client);
  await vi.waitFor(() => expect(data).toEqual(['first']), WAIT);
  client.socket.terminate();
  server.close();
});

it('a message of a peer that has closed the connection reaches the handler', async () => {
  await using server = await startServer((socket, request) => {
    void sendMessage(acceptConnection(socket, request), 'greet', 'bye').then(() => socket.close());
  });
  const client = await connect(server.url);
  await once(client.socket, 'close', { signal: AbortSignal.timeout(WAIT.timeout) });
  const { data } = received(client);
  await vi.waitFor(() => expect(data).toEqual(['bye']), WAIT);
});

it('a second handler receives what arrives after it was added', async () => {
  const opened = Promise.withResolvers<Connection>();
  await using server = await startServer((socket, request) =>
    opened.resolve(acceptConnection(socket, request)),
  );
  const client = await connect(server.url);
  await sendMessage(client, 'greet', 1);
  const connection = await opened.promise;
  const first = received(connection);
  await vi.waitFor(() => expect(first.data).toEqual([1]), WAIT);
  const second = received(connection);
  await sendMessage(client, 'greet', 2);
  await vi.waitFor(() => expect(second.data).toEqual([2]), WAIT);
  expect(first.data).toEqual([1, 2]);
});
