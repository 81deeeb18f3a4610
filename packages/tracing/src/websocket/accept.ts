// The server's half of a WebSocket handshake: a SERVER span, the child of the client's however the context was sent.
import type { IncomingMessage } from 'node:http';
import { SpanKind } from '@opentelemetry/api';
import type { WebSocket } from 'ws';
import { extractContext, extractFromOutside } from '../context/carrier.ts';
import { type Trust, UNTRUSTED } from '../context/trust.ts';
import { withCallerTrust } from '../sampling/callers.ts';
import { activeTraceId, hrNow, startSpan } from '../spans/span.ts';
import { agreedCodec, type Codec, type DecodedMessage } from './codec.ts';
import { HELLO } from './connect.ts';
import { agentAttributes, type Connection, newConnection } from './connection.ts';
import { jsonCodec } from './envelope.ts';
import { firstMessage } from './first-message.ts';
import { agentIdOf, readHandshake } from './handshake-carrier.ts';
import { Inbox } from './inbox.ts';
import { pathOf } from './refuse.ts';

export interface AcceptOptions {
  /** A client that named no subprotocol is answered in the form of its first message: the second codec if that is binary. */
  codecs?: [Codec, Codec?];
  /**
   * Returns the trust in the client, or undefined if it is not known yet. Called without an argument, and again with the
   * client's `hello`. Of a client that stays unknown only the trace is used.
   */
  authenticate?: (hello?: DecodedMessage) => Trust | undefined;
  /**
   * Waits for a first message `hello` until this signal aborts, if the handshake lacked context or authentication. Without
   * the signal there is no wait, and a handshake without context starts a new trace.
   */
  hello?: AbortSignal;
  /** How many messages are processed at a time; see `MAX_MESSAGES_IN_FLIGHT`. */
  maxInFlight?: number;
}

/**
 * Accepts an open socket: resolves when context and caller are known, from headers, subprotocols or `hello`. The SERVER span
 * ends then, not with the socket. Call it in the turn in which `ws` emits the socket: from then on no message is lost.
 */
export async function acceptConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { codecs = [jsonCodec], authenticate = () => UNTRUSTED, hello: wait, maxInFlight }: AcceptOptions = {},
): Promise<Connection> {
  const startTime = hrNow();
  const inbox = new Inbox(socket, maxInFlight);
  const codec = agreedCodec(socket.protocol, codecs);
  const handshake = readHandshake(request);
  const known = authenticate();

  const isSettled = handshake.carrier && known;
  const first = wait && !isSettled ? await firstMessage(socket, codec, wait) : undefined;
  const hello = first?.type === HELLO ? first : undefined;
  const trust = known ?? (hello && authenticate(hello)) ?? UNTRUSTED;
  const agentId = handshake.agentId ?? agentIdOf((hello?.data as { agentId?: unknown } | undefined)?.agentId);

  const path = pathOf(request);
  const { span, ctx } = startSpan(`GET ${path}`, {
    kind: SpanKind.SERVER,
    startTime,
    parent: withCallerTrust(extractContext(handshake.carrier ?? hello?.carrier, trust), trust),
    attributes: {
      'http.request.method': 'GET',
      'http.route': path,
      'http.response.status_code': 101,
      'url.path': path,
      'url.scheme': 'ws',
      ...agentAttributes(agentId),
    },
  });
  span.end(hrNow());
  return newConnection({ socket, inbox, codec, ctx, agentId, trust });
}

/** The trace id of a handshake whose request carries context: for the `X-Trace-ID` of the response. */
export function handshakeTraceId(request: IncomingMessage): string | undefined {
  const { carrier } = readHandshake(request);
  return carrier && activeTraceId(extractFromOutside(carrier));
}
