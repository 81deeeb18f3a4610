import type { WebSocket } from 'ws';

/** How often a ping is sent, in ms. A peer that sends nothing from one ping to the next counts as dead. */
export const HEARTBEAT_MS = 15_000;

/** Pings `socket` until it closes; terminates it when no pong and no message came since the last ping. */
export function heartbeat(socket: WebSocket, intervalMs: number = HEARTBEAT_MS): void {
  let isAlive = true;
  const markAlive = () => {
    isAlive = true;
  };
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, intervalMs);
  socket.on('pong', markAlive).on('message', markAlive);
  socket.once('close', () => clearInterval(timer));
}
