import type { WebSocket } from 'ws';

/** How often a ping is sent, in ms. A peer that has said nothing at all from one ping to the next is dead. */
export const HEARTBEAT_MS = 15_000;

/** Pings `socket` until it closes; terminates it when no pong and no message came since the last ping. */
export function heartbeat(socket: WebSocket, intervalMs: number = HEARTBEAT_MS): void {
  let heard = true;
  const hear = () => {
    heard = true;
  };
  const timer = setInterval(() => {
    if (!heard) return socket.terminate();
    heard = false;
    socket.ping();
  }, intervalMs);
  socket.on('pong', hear).on('message', hear);
  socket.once('close', () => clearInterval(timer));
}
