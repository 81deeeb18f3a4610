// Accepts sockets on /ws and answers each message by its type; one type per file in frames/.
import type { IncomingMessage, Server } from 'node:http';
import { type Caller, trustOf } from '@trace-mesh/access/caller';
import { admitUpgrade, upgradeRefusalOf } from '@trace-mesh/access/websocket';
import { serveWebSockets } from '@trace-mesh/runtime/websocket';
import { toFailure } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import {
  acceptConnection,
  type Connection,
  envelopeCodec,
  type Incoming,
  onMessage,
  sendMessage,
} from '@trace-mesh/tracing/websocket';
import type { WebSocket } from 'ws';
import type { Deps } from './deps.ts';
import { greet } from './frames/greet.ts';
import type { FrameHandler } from './frames/handler.ts';
import { refusalOf } from './refusal.ts';

/** In bytes; a larger message is answered `too_large`. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** In bytes; for a larger message `ws` closes the connection with 1009. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

const codec = envelopeCodec(MAX_MESSAGE_BYTES);
const handlers: Record<string, FrameHandler> = { greet };

/** Serves WebSocket on an HTTP server until disposed. */
export const createApp = (server: Server, deps: Deps): Disposable =>
  serveWebSockets(server, {
    path: '/ws',
    codecs: [codec],
    maxPayload: MAX_PAYLOAD_BYTES,
    admit: (request) => admitUpgrade(deps, request),
    refusalOf: upgradeRefusalOf,
    onSocket: (socket, request, caller) => serveClient(deps, socket, request, caller),
    logger: deps.logger,
  });

async function serveClient(
  deps: Deps,
  socket: WebSocket,
  request: IncomingMessage,
  caller: Caller,
): Promise<void> {
  socket.on('error', (err) => deps.logger.warn({ err }, 'client socket failed'));
  const authenticate = () => trustOf(caller);
  const connection = await acceptConnection(socket, request, { codecs: [codec], authenticate });
  onMessage(
    connection,
    (message) => dispatch(deps, caller, connection, message),
    (error) => refuse(deps, connection, error),
  );
}

async function dispatch(
  { limiter }: Deps,
  caller: Caller,
  connection: Connection,
  message: Incoming,
): Promise<void> {
  await limiter.countCaller(caller);
  const handle = Object.hasOwn(handlers, message.type) ? handlers[message.type] : undefined;
  if (handle) return handle(connection, message, caller);
  const unknown = wrapErrorWithTrace(new Error('unknown message type'), { code: 'unknown_type' });
  await sendMessage(connection, 'error', toFailure(unknown));
}

function refuse({ logger }: Deps, connection: Connection, error: unknown): void {
  const refusal = refusalOf(error);
  const traced = wrapErrorWithTrace(error, refusal ?? { code: 'internal', message: 'internal error' });
  if (!refusal) logger.error({ err: traced }, 'client message failed');
  sendMessage(connection, 'error', toFailure(traced)).catch((err: unknown) => {
    logger.warn({ err }, 'sending an error message failed');
  });
}
