// WebSocket on an HTTP server: admits or refuses every upgrade, and passes each open socket to a handler.
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '@trace-mesh/tracing/logger';
import { hrNow } from '@trace-mesh/tracing/span';
import { type Codec, chooseProtocol, handshakeTraceId } from '@trace-mesh/tracing/websocket';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Refusal, refuse, type Upgrade } from './refuse.ts';

export type { Refusal };

/** RFC 6455's registry: "going away" and "internal error". */
const CLOSE_GOING_AWAY = 1001;
const CLOSE_INTERNAL_ERROR = 1011;

const UNEXPECTED: Refusal = {
  status: 500,
  title: 'internal error',
  detail: 'the request could not be handled',
};

export interface WebSocketHandling<Client> {
  /** The path that is served; any other is refused with 400, as `ws` does. */
  path: string;
  /** The subprotocols to choose from. */
  codecs: readonly Codec[];
  /** The largest message, in bytes; `ws` closes the connection with 1009 for a larger one. */
  maxPayload: number;
  /** Decides on the HTTP request, while there is a status to answer with; rejects to refuse it. */
  admit: (request: IncomingMessage) => Promise<Client>;
  /** The response to a rejection of `admit`; undefined for an unexpected error, which is logged and answered 500. */
  refusalOf: (error: unknown) => Refusal | undefined;
  /** Receives the open socket. A rejection is logged and closes the socket with 1011. */
  onSocket: (socket: WebSocket, request: IncomingMessage, client: Client) => Promise<void>;
  logger: Logger;
}

/** Serves until disposed; disposing closes every client with 1001 and does not wait for them. */
export function serveWebSockets<Client>(server: Server, handling: WebSocketHandling<Client>): Disposable {
  const { path, codecs, maxPayload, admit, refusalOf, onSocket, logger } = handling;
  const handleProtocols = chooseProtocol(codecs);
  const sockets = new WebSocketServer({ noServer: true, path, maxPayload, handleProtocols });

  sockets.on('headers', (headers, request) => {
    const traceId = handshakeTraceId(request);
    if (traceId) headers.push(`X-Trace-ID: ${traceId}`);
  });
  sockets.on('wsClientError', (error, socket, request) => {
    refuse(upgradeOf(request, socket), error, malformed(request, error.message));
  });

  const upgradeOf = (request: IncomingMessage, socket: Duplex): Upgrade => ({
    request,
    socket: socket as Socket, // node:http types it as a stream
    startTime: hrNow(),
    route: sockets.shouldHandle(request) ? path : undefined,
  });

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = upgradeOf(request, socket);
    // Until `ws` listens, the error of a reset connection would end the process.
    socket.on('error', () => socket.destroy());
    if (!upgrade.route) {
      refuse(upgrade, new Error(NO_PATH), malformed(request, NO_PATH));
      return;
    }
    admit(request).then(
      (client) => sockets.handleUpgrade(request, socket, head, (open) => serve(open, request, client)),
      (error: unknown) => {
        const refusal = refusalOf(error);
        if (!refusal) logger.error({ err: error }, 'WebSocket upgrade failed');
        refuse(upgrade, error, refusal ?? UNEXPECTED);
      },
    );
  }

  function serve(socket: WebSocket, request: IncomingMessage, client: Client): void {
    onSocket(socket, request, client).catch((err: unknown) => {
      logger.error({ err }, 'WebSocket handler failed');
      socket.close(CLOSE_INTERNAL_ERROR);
    });
  }

  server.on('upgrade', onUpgrade);
  return {
    [Symbol.dispose]() {
      server.off('upgrade', onUpgrade);
      for (const socket of sockets.clients) socket.close(CLOSE_GOING_AWAY, 'the server is going away');
      sockets.close();
    },
  };
}

const NO_PATH = 'no WebSocket on this path';

/** The response to a handshake that `ws` refuses: wrong method, or a header that RFC 6455 requires is missing. */
function malformed({ method }: IncomingMessage, detail: string): Refusal {
  if (method !== 'GET')
    return { status: 405, title: 'method not allowed', detail, headers: { allow: 'GET' } };
  return { status: 400, title: 'invalid handshake', detail, headers: { 'sec-websocket-version': '13, 8' } };
}
