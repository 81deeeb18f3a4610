// The hub: accepts sockets on /ws, keeps their subscriptions, and answers each message by its type.
import type { Server } from 'node:http';
import type { Logger } from '@trace-mesh/tracing/logger';
import {
  acceptConnection,
  type Connection,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { WebSocketServer } from 'ws';
import { ZodError } from 'zod';
import { subscribe, unsubscribe } from './frames/subscribe.ts';
import type { Registry } from './registry.ts';

/** The largest message a client may send, in bytes; `ws` closes the connection with 1009 for more. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

export interface Deps {
  registry: Registry;
  logger: Logger;
}

const handlers: Record<string, typeof subscribe> = { subscribe, unsubscribe };

/** Serves WebSocket on an HTTP server; disposing tells every client to go (1001) and waits for nobody. */
export function createHub(server: Server, { registry, logger }: Deps): Disposable {
  const hub = new WebSocketServer({ server, path: '/ws', maxPayload: MAX_MESSAGE_BYTES });

  hub.on('connection', (socket, request) => {
    const connection = acceptConnection(socket, request);
    onMessage(
      connection,
      (message) => dispatch(connection, message),
      (error) => refuse(connection, error),
    );
    socket.on('error', (error) => logger.warn({ err: error }, 'a socket broke'));
    socket.on('close', () => registry.remove(connection));
  });

  async function dispatch(connection: Connection, message: Incoming): Promise<void> {
    const handle = handlers[message.type];
    if (handle) await handle(registry, connection, message);
    else
      await sendMessage(connection, 'error', {
        code: 'unknown_type',
        message: 'this type is not known here',
      });
  }

  function refuse(connection: Connection, error: unknown): void {
    const malformed = error instanceof ZodError || error instanceof SyntaxError;
    if (!malformed) logger.error({ err: error }, 'a socket message failed');
    const answer = malformed
      ? { code: 'malformed', message: 'the message is not what its type asks for' }
      : { code: 'internal', message: 'internal error' };
    sendMessage(connection, 'error', answer).catch((sendError: unknown) => {
      logger.warn({ err: sendError }, 'an error could not be answered');
    });
  }

  return {
    [Symbol.dispose]() {
      for (const socket of hub.clients) socket.close(1001, 'the hub is going away');
      hub.close();
    },
  };
}
