// Accepts sockets on /ws, and answers each message by its type; one type per file under frames/.
import type { Server } from 'node:http';
import { type Caller, trustOf } from '@trace-mesh/access/caller';
import type { Gate } from '@trace-mesh/access/express';
import { toFailure } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import {
  acceptConnection,
  type Connection,
  chooseProtocol,
  envelopeCodec,
  handshakeTraceId,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import { WebSocketServer } from 'ws';
import { greet } from './frames/greet.ts';
import type { Handler } from './frames/handler.ts';
import { refusalOf } from './refusal.ts';
import { callerOf, mayUpgrade } from './upgrade.ts';

/** The largest message that is read, in bytes; more is refused with `too_large`. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** More than this is no message at all, in bytes: `ws` closes the connection with 1009. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

export interface Deps extends Gate {
  logger: Logger;
}

const handlers: Record<string, Handler> = { greet };

/** Serves WebSocket on an HTTP server; disposing tells every client to go (1001) and waits for nobody. */
export function createApp(server: Server, deps: Deps): Disposable {
  const { logger, limiter } = deps;
  const codec = envelopeCodec(MAX_MESSAGE_BYTES);
  const handleProtocols = chooseProtocol([codec]);
  const verifyClient = mayUpgrade(deps, (err) => logger.error({ err }, 'an upgrade failed'));
  const maxPayload = MAX_PAYLOAD_BYTES;
  const hub = new WebSocketServer({ server, path: '/ws', maxPayload, handleProtocols, verifyClient });

  hub.on('headers', (headers, request) => {
    const traceId = handshakeTraceId(request);
    if (traceId) headers.push(`X-Trace-ID: ${traceId}`);
  });

  hub.on('connection', (socket, request) => {
    const caller = callerOf(request);
    const connection = acceptConnection(socket, request, { codecs: [codec], admit: () => trustOf(caller) });
    onMessage(
      connection,
      (message) => dispatch(caller, connection, message),
      (error) => refuse(connection, error),
    );
    socket.on('error', (err) => logger.warn({ err }, 'a socket broke'));
  });

  async function dispatch(caller: Caller, connection: Connection, message: Incoming): Promise<void> {
    await limiter.admit(caller);
    const handle = Object.hasOwn(handlers, message.type) ? handlers[message.type] : undefined;
    if (handle) return handle(connection, message, caller);
    const unknown = wrapErrorWithTrace(new Error('this type is not known here'), { code: 'unknown_type' });
    await sendMessage(connection, 'error', toFailure(unknown));
  }

  function refuse(connection: Connection, error: unknown): void {
    const refusal = refusalOf(error);
    const traced = wrapErrorWithTrace(error, refusal ?? { code: 'internal', message: 'internal error' });
    if (!refusal) logger.error({ err: traced }, 'a message failed');
    sendMessage(connection, 'error', toFailure(traced)).catch((err: unknown) => {
      logger.warn({ err }, 'an error could not be answered');
    });
  }

  return {
    [Symbol.dispose]() {
      for (const socket of hub.clients) socket.close(1001, '__name__ is going away');
      hub.close();
    },
  };
}
