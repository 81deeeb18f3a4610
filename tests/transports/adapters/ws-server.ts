// A WebSocket server for the tests: the mesh's own handshake, and whatever the adapter does with the connection.
import { listen } from '@trace-mesh/tracing/listen';
import { acceptConnection, type Connection } from '@trace-mesh/tracing/websocket';
import { WebSocketServer } from 'ws';

export async function serveWebSocket(
  onConnection: (connection: Connection, url: URL) => void,
): Promise<AsyncDisposable & { url: string }> {
  const http = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  const sockets = new WebSocketServer({ server: http.server, path: '/ws' });
  sockets.on('connection', (socket, request) => {
    onConnection(acceptConnection(socket, request), new URL(request.url ?? '/', 'ws://localhost'));
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
