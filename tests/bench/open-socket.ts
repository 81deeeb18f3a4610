import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

/**
 * Opens a WebSocket. Its end, also a regular one, is an `error` event for who waits for a message; without a waiter it is none, and
 * the socket is no longer open.
 */
export async function openSocket(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<WebSocket> {
  const socket = new WebSocket(url, protocols, options);
  await once(socket, 'open');
  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    socket.emit('error', new Error(`the server closed the WebSocket (${code})`));
  });
  return socket;
}
