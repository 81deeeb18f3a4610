// Serves one open socket: accepts the connection and dispatches its messages by type.
import type { IncomingMessage } from 'node:http';
import type { Caller } from '@trace-mesh/access/caller';
import { AuthenticationError } from '@trace-mesh/access/errors';
import { toFailure } from '@trace-mesh/tracing/error-carriers';
import { errorIds, wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import {
  acceptConnection,
  type Codec,
  type Connection,
  envelopeCodec,
  type Incoming,
  onMessage,
} from '@trace-mesh/tracing/websocket';
import type { WebSocket } from 'ws';
import type { Deps } from './deps.ts';
import type { FrameHandler } from './frames/handler.ts';
import { hello } from './frames/hello.ts';
import { ping } from './frames/ping.ts';
import { subscribe, unsubscribe } from './frames/subscribe.ts';
import { hubFrames } from './frames.ts';
import { HEARTBEAT_MS, heartbeat } from './heartbeat.ts';
import type { CLIENT_MESSAGES } from './messages.ts';
import { push, SlowConsumerError } from './push.ts';
import { refusalOf } from './refusal.ts';
import { CLOSE_UNAUTHENTICATED, HELLO_TIMEOUT_MS, Session } from './session.ts';

/** The largest envelope that a client may send, in bytes; a larger one is refused with `too_large`. */
export const MAX_JSON_BYTES = 64 * 1024;

/** The codecs of one connection: a binary one counts the frames it sends. */
export const hubCodecs = (): [Codec, Codec] => [envelopeCodec(MAX_JSON_BYTES), hubFrames()];

const HANDLERS = { hello, ping, subscribe, unsubscribe } satisfies Record<
  keyof typeof CLIENT_MESSAGES,
  FrameHandler
>;
const handlers: Record<string, FrameHandler> = HANDLERS;

/** Serves a client until its socket closes. `admitted` is the caller if the handshake had a token. */
export async function serveClient(
  deps: Deps,
  socket: WebSocket,
  request: IncomingMessage,
  admitted: Caller | undefined,
): Promise<void> {
  const {
    registry,
    logger,
    authenticator,
    heartbeatMs = HEARTBEAT_MS,
    helloTimeoutMs = HELLO_TIMEOUT_MS,
  } = deps;
  heartbeat(socket, heartbeatMs);
  socket.on('error', (err) => logger.warn({ err }, 'client socket failed'));
  const session = new Session(admitted, authenticator);
  const timeout = AbortSignal.timeout(helloTimeoutMs);
  const connection = await acceptConnection(socket, request, {
    codecs: hubCodecs(),
    authenticate: (message) => session.authenticate(message),
    hello: timeout,
  });
  logger.info(registry.add(connection), 'client connected');
  session.closeWhenInvalid(socket, timeout);
  onMessage(
    connection,
    (message) => dispatch(deps, session, connection, message),
    (error) => refuse(deps, connection, error),
  );
}

async function dispatch(
  deps: Deps,
  session: Session,
  connection: Connection,
  message: Incoming,
): Promise<void> {
  const caller = session.caller();
  await deps.limiter.countCaller(caller);
  const handle = Object.hasOwn(handlers, message.type) ? handlers[message.type] : undefined;
  if (handle) return handle(deps, connection, message, caller);
  const unknown = wrapErrorWithTrace(new Error('unknown message type'), {
    code: 'unknown_type',
  });
  await push(connection, 'error', toFailure(unknown), { sequence: message.sequence });
}

/** Answers a failed message with an `error`, and closes the connection of a client without a valid token. */
function refuse({ logger }: Deps, connection: Connection, error: unknown): void {
  if (error instanceof SlowConsumerError) {
    logger.warn({ err: error }, 'slow client dropped');
    return;
  }
  const refusal = refusalOf(error);
  const { sequence, ...answer } = refusal ?? { code: 'internal', message: 'internal error' };
  const traced = wrapErrorWithTrace(error, answer);
  if (!refusal) logger.error({ err: traced, ...errorIds(traced) }, 'client message failed');
  push(connection, 'error', toFailure(traced), { sequence })
    .catch((err: unknown) => logger.warn({ err }, 'sending an error message failed'))
    .finally(() => {
      if (error instanceof AuthenticationError) connection.socket.close(CLOSE_UNAUTHENTICATED, error.code);
    });
}
