// A WebSocket server for the tests: the mesh's own handshake, and whatever the adapter does with the connection.
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
  /** The clients are services of the mesh; else they are strangers. */
  inside?: true;
  /** Once the span of the handshake is there. */
  onOpen?: (connection: Connection, url: URL) => void;
  onMessage?: (message: Incoming) => Promise<void>;
}

export async function serveWebSocket(served: Served): Promise<AsyncDisposable & { url: string }> {
  const { codec, inside, onOpen = () => undefined, onMessage: handle = () => undefined } = served;
  const http = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  const handleProtocols = chooseProtocol([codec]);
  const sockets = new WebSocketServer({ server: http.server, path: '/ws', handleProtocols });
  sockets.on('connection', (socket, request) => {
    const url = new URL(request.url ?? '/', 'ws://localhost');
    const connection = acceptConnection(socket, request, {
      codecs: [codec],
      ...(inside && { admit: () => ({ inside: true }) }),
      onOpen: (opened) => onOpen(opened, url),
    });
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
