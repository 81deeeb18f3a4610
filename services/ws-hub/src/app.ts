// The hub: accepts sockets on /ws, keeps their subscriptions, and answers each message by its type.
import type { Server } from 'node:http';
import { AuthenticationError, type Authenticator } from '@trace-mesh/access/authenticator';
import type { Gate } from '@trace-mesh/access/express';
import { toFailure } from '@trace-mesh/tracing/error-carriers';
import { errorIds, wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import {
  acceptConnection,
  type Connection,
  chooseProtocol,
  envelopeCodec,
  handshakeTraceId,
  type Incoming,
  MAX_FRAME_BYTES,
  onMessage,
} from '@trace-mesh/tracing/websocket';
import { WebSocketServer } from 'ws';
import type { Handler } from './frames/handler.ts';
import { hello } from './frames/hello.ts';
import { ping } from './frames/ping.ts';
import { subscribe, unsubscribe } from './frames/subscribe.ts';
import { hubFrames } from './frames.ts';
import { HEARTBEAT_MS, heartbeat } from './heartbeat.ts';
import { push, SlowConsumerError } from './push.ts';
import { refusalOf } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { ResumeLog } from './resume-log.ts';
import { CLOSE_UNAUTHENTICATED, Session } from './session.ts';
import { mayUpgrade } from './upgrade.ts';

/** The largest envelope a client may send, in bytes; more is refused with `too_large`. */
export const MAX_JSON_BYTES = 64 * 1024;

export interface Deps extends Gate {
  authenticator: Authenticator;
  registry: Registry;
  log: ResumeLog;
  logger: Logger;
  /** How often sockets are pinged, in ms. */
  heartbeatMs?: number;
}

const handlers: Record<string, Handler> = { hello, ping, subscribe, unsubscribe };

/** Serves WebSocket on an HTTP server; disposing tells every client to go (1001) and waits for nobody. */
export function createHub(server: Server, deps: Deps): Disposable {
  const { registry, logger, heartbeatMs = HEARTBEAT_MS } = deps;
  const json = envelopeCodec(MAX_JSON_BYTES);
  const handleProtocols = chooseProtocol([json, hubFrames()]);
  // More than the largest frame is no message of any codec: `ws` closes the connection with 1009.
  const maxPayload = MAX_FRAME_BYTES;
  const verifyClient = mayUpgrade(deps, (err) => logger.error({ err }, 'an upgrade failed'));
  const hub = new WebSocketServer({ server, path: '/ws', maxPayload, handleProtocols, verifyClient });

  hub.on('headers', (headers, request) => {
    const traceId = handshakeTraceId(request);
    if (traceId) headers.push(`X-Trace-ID: ${traceId}`);
  });

  hub.on('connection', (socket, request) => {
    const session = new Session(request, deps.authenticator);
    const connection = acceptConnection(socket, request, {
      codecs: [json, hubFrames()],
      admit: (hello) => session.admit(hello),
      onOpen: welcome,
    });
    session.watch(connection);
    heartbeat(socket, heartbeatMs);
    onMessage(
      connection,
      (message) => dispatch(session, connection, message),
      (error) => refuse(connection, error),
    );
    socket.on('error', (error) => logger.warn({ err: error }, 'a socket broke'));
    socket.on('close', () => registry.remove(connection));
  });

  function welcome(connection: Connection, agentId: string | undefined): void {
    logger.info(registry.add(connection, agentId), 'a client is connected');
  }

  async function dispatch(session: Session, connection: Connection, message: Incoming): Promise<void> {
    const caller = session.caller();
    await deps.limiter.admit(caller);
    const handle = Object.hasOwn(handlers, message.type) ? handlers[message.type] : undefined;
    if (handle) return handle(deps, connection, message, caller);
    const unknown = wrapErrorWithTrace(new Error('this type is not known here'), { code: 'unknown_type' });
    await push(connection, 'error', toFailure(unknown), { sequence: message.sequence });
  }

  function refuse(connection: Connection, error: unknown): void {
    if (error instanceof SlowConsumerError) {
      logger.warn({ err: error }, 'a client was dropped');
      return;
    }
    const refusal = refusalOf(error);
    const { sequence, ...told } = refusal ?? { code: 'internal', message: 'internal error' };
    const traced = wrapErrorWithTrace(error, told);
    if (!refusal) logger.error({ err: traced, ...errorIds(traced) }, 'a socket message failed');
    push(connection, 'error', toFailure(traced), { sequence })
      .catch((sendError: unknown) => {
        logger.warn({ err: sendError }, 'an error could not be answered');
      })
      .finally(() => {
        if (error instanceof AuthenticationError) connection.socket.close(CLOSE_UNAUTHENTICATED, error.code);
      });
  }

  return {
    [Symbol.dispose]() {
      for (const socket of hub.clients) socket.close(1001, 'the hub is going away');
      hub.close();
    },
  };
}
