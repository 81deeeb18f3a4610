import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceptConnection, onMessage, sendMessage } from '@trace-mesh/tracing/websocket';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveBatches } from '../batches.ts';
import { wsCaller } from '../callers.ts';
import { ours } from './ours.ts';

function answer(socket: WebSocket): void {
  socket.on('message', (bytes) => {
    const { data } = JSON.parse(String(bytes));
    socket.send(JSON.stringify({ type: 'done', data }));
  });
}

const fail = (error: unknown) => {
  throw error;
};

const http = createServer();
new WebSocketServer({ server: http }).on('connection', async (socket, request) => {
  if (!ours) return answer(socket);
  const connection = await acceptConnection(socket, request);
  onMessage(connection, ({ data }) => sendMessage(connection, 'done', data), fail);
});
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  serveBatches(port, () => wsCaller(port));
});
