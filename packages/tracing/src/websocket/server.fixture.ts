// A WebSocket server on a free port, and spans in memory.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Codec, chooseProtocol } from './codec.ts';
import type { Connection } from './connection.ts';
import { onMessage } from './message.ts';

/** How long a test waits for a condition, in ms. */
export const WAIT = { timeout: 10_000, interval: 5 };

export interface TestServer extends AsyncDisposable {
  url: string;
  port: number;
}

export async function startServer(
  onSocket: (socket: WebSocket, request: IncomingMessage) => void,
  codecs?: readonly Codec[],
): Promise<TestServer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const handleProtocols = codecs && chooseProtocol(codecs);
  const sockets = new WebSocketServer({ server, ...(handleProtocols && { handleProtocols }) });
  sockets.on('connection', onSocket);
  return {
    port,
    url: `ws://127.0.0.1:${port}/ws`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** The request of a handshake, as bytes. */
export const handshakeRequest = (target = '/ws', headers: Record<string, string> = {}): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');

/** A masked frame with at most 125 bytes; the mask is zeros. 1 is the opcode of text, 2 of binary data. */
export function clientFrame(data: string | Buffer, opcode = typeof data === 'string' ? 1 : 2): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | data.length, 0, 0, 0, 0]), Buffer.from(data)]);
}

/** Sends bytes to a port in one write; resolves with the connection. */
export async function sendBytes(port: number, ...bytes: (string | Buffer)[]): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined); // the test reads the server's side
  socket.write(Buffer.concat(bytes.map((part) => Buffer.from(part))));
  return socket;
}

/** What a connection receives from the moment of this call. */
export function received(connection: Connection): { data: unknown[]; errors: unknown[] } {
  const all = { data: [] as unknown[], errors: [] as unknown[] };
  onMessage(
    connection,
    ({ data }) => void all.data.push(data),
    (error) => void all.errors.push(error),
  );
  return all;
}
