// A WebSocket server for the tests, with the handshake of the mesh; the adapter uses the connection.
import { listen } from '@trace-mesh/runtime/listen';
import {
  acceptConnection,
  type Codec,
  type Connection,
  chooseProtocol,
  type Incoming,
  onMessage,
} from '@trace-mesh/tracing/websocket';
import { WebSocketServer } from 'ws';

export interface Served {
  codec: Codec;
  /** The clients are services of the mesh; otherwise they are not trusted. */
  inside?: true;
  /** Called when the span of the handshake has ended. */
  onOpen?: (connection: Connection, url: URL) => void;
  onMessage?: (message: Incoming) => Promise<void>;
}

const HELLO_TIMEOUT_MS = 5_000;

export async function serveWebSocket(served: Served): Promise<AsyncDisposable & { url: string }> {
  const { codec, inside, onOpen = () => undefined, onMessage: handle = () => undefined } = served;
  const http = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  const handleProtocols = chooseProtocol([codec]);
  const sockets = new WebSocketServer({ server: http.server, path: '/ws', handleProtocols });
  sockets.on('connection', async (socket, request) => {
    const url = new URL(request.url ?? '/', 'ws://localhost');
    const connection = await acceptConnection(socket, request, {
      codecs: [codec],
      ...(inside && { authenticate: () => ({ inside: true }) }),
      hello: AbortSignal.timeout(HELLO_TIMEOUT_MS),
    });
    onOpen(connection, url);
    onMessage(connection, handle, (error) => console.error(error));
  });
  return {
    url: `ws://127.0.0.1:${http.port}/ws`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await http[Symbol.asyncDispose]();
    },
  };
}
