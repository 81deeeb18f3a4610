// The handshake of a WebSocket, both ends: a CLIENT span, and the SERVER span that is its child however the context came.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { WebSocket } from 'ws';
import { type Carrier, extractContext, extractFromOutside, injectContext } from '../context/carrier.ts';
import { type Trust, UNTRUSTED } from '../context/trust.ts';
import { withCallerTrust } from '../sampling/callers.ts';
import { ATTR_MESH_AGENT_ID } from '../spans/attributes.ts';
import { activeTraceId, startSpan, withSpan } from '../spans/span.ts';
import type { DecodedMessage } from './codec.ts';
import { jsonCodec } from './envelope.ts';
import { agentIdOf, contextProtocols, readHandshake } from './handshake-carrier.ts';
import { type Codec, type Connection, newConnection, writeMessage } from './message.ts';

/** The first message of a client whose handshake could carry no context; its data names agent and token: `{ agentId?, token? }`. */
export const HELLO = 'hello';
/** How long the span of a handshake without context waits for a `hello`, in ms. */
export const HELLO_TIMEOUT_MS = 5_000;

/** How to connect, and as whom. */
export interface ConnectOptions {
  /** The subprotocol to ask for; without one the JSON envelope is spoken and none is named, as old clients do. */
  codec?: Codec;
  /** How the context travels; `protocol` and `hello` are a browser's ways. */
  via?: 'headers' | 'protocol' | 'hello';
  agentId?: string;
  /** The bearer token, which travels as the context does: a browser's WebSocket sets no `Authorization`. */
  token?: string | undefined;
  /** Gives the attempt up. */
  signal?: AbortSignal;
}

/**
 * Opens a connection in a CLIENT span, whose context goes along with the handshake. Resolves once it is open; rejects with
 * the socket's own error, or when the server does not speak the codec's protocol.
 */
export async function connect(
  url: string,
  headers: Record<string, string> = {},
  { codec, via = 'headers', agentId, token, signal }: ConnectOptions = {},
): Promise<Connection> {
  const { href, pathname: path, hostname, port, protocol } = new URL(url);
  const attributes = {
    'http.request.method': 'GET',
    'url.full': href,
    'url.template': path,
    'server.address': hostname,
    'server.port': Number(port || (protocol === 'wss:' ? 443 : 80)),
    ...agentAttributes(agentId),
  };
  const init = { kind: SpanKind.CLIENT, attributes };
  return withSpan(`GET ${path}`, init, async (span) => {
    const carrier = injectContext();
    const protocols = codec ? [codec.protocol] : [];
    if (via === 'protocol') protocols.push(...contextProtocols(carrier, { agentId, token }));
    const sent = { ...headers, ...(via === 'headers' && { ...headersOf(agentId, token), ...carrier }) };
    // `ws` opens the connection with node:http, whose instrumentation would inject a second time over ours.
    const socket = context.with(
      suppressTracing(context.active()),
      () => new WebSocket(url, protocols, { headers: sent }),
    );
    const connection = newConnection(socket, codec ?? jsonCodec, context.active());
    try {
      await once(socket, 'open', signal ? { signal } : {});
    } catch (error) {
      socket.on('error', () => undefined).terminate(); // it has failed: what it still says is no news
      throw error;
    }
    span.setAttribute('http.response.status_code', 101);
    if (via === 'hello') await writeMessage(connection, { type: HELLO, data: { agentId, token } }, carrier);
    return connection;
  });
}

const agentAttributes = (agentId: string | undefined) => (agentId ? { [ATTR_MESH_AGENT_ID]: agentId } : {});

function headersOf(agentId: string | undefined, token: string | undefined): Record<string, string> {
  const traceId = activeTraceId();
  return {
    ...(agentId && { 'x-agent-id': agentId }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(traceId && { 'x-trace-id': traceId }),
  };
}

/** For the server's `handleProtocols`: the first offer that a codec speaks; `false` where none does. */
export const chooseProtocol = (codecs: Codec[]) => (offered: Set<string>) =>
  [...offered].find((protocol) => codecs.some((codec) => codec.protocol === protocol)) ?? false;

/** The trace that a handshake's span will belong to, where the request itself says so: for the `X-Trace-ID` of the answer. */
export function handshakeTraceId(request: IncomingMessage): string | undefined {
  const { carrier } = readHandshake(request);
  return carrier && activeTraceId(extractFromOutside(carrier));
}

/** How a server takes its clients in. */
export interface AcceptOptions {
  /**
   * A client that named no subprotocol is spoken to as it speaks: in the second codec if its first message is binary, else
   * in the first.
   */
  codecs?: [Codec, Codec?];
  /** The trust in the client. `hello` is its first message, where that is one. Default: untrusted. */
  admit?: (hello?: DecodedMessage) => Trust;
  /** Hears of the connection once its span is made. */
  onOpen?: (connection: Connection, agentId: string | undefined) => void;
}

/**
 * Server side of the handshake: a SERVER span, child of the client's, that ends as soon as the connection is open. Where
 * the handshake brought no context the span waits `HELLO_TIMEOUT_MS` for the first message: a `hello` brings it, any other
 * means there is none.
 */
export function acceptConnection(
  socket: WebSocket,
  request: IncomingMessage,
  { codecs = [jsonCodec], admit = () => UNTRUSTED, onOpen = () => undefined }: AcceptOptions = {},
): Connection {
  const startTime = Date.now();
  const path = new URL(request.url ?? '/', 'ws://localhost').pathname;
  const { carrier, agentId } = readHandshake(request);
  const spoken = codecs.find((codec) => codec?.protocol === socket.protocol);
  const connection = newConnection(socket, spoken ?? codecs[0], ROOT_CONTEXT);
  connection.trust = UNTRUSTED;
  let opened = false;

  function open(from: Carrier, agent: string | undefined, hello?: DecodedMessage): void {
    connection.trust = admit(hello);
    if (opened) return;
    opened = true;
    connection.attributes = agentAttributes(agent);
    const { span, ctx } = startSpan(`GET ${path}`, {
      kind: SpanKind.SERVER,
      startTime,
      parent: withCallerTrust(extractContext(from, connection.trust), connection.trust),
      attributes: {
        'http.request.method': 'GET',
        'http.route': path,
        'http.response.status_code': 101,
        'url.path': path,
        'url.scheme': 'ws',
        ...connection.attributes,
      },
    });
    span.end();
    connection.ctx = ctx;
    onOpen(connection, agent);
  }

  function complete(first?: DecodedMessage): void {
    delete connection.pending;
    clearTimeout(timer);
    const hello = first?.type === HELLO ? first : undefined;
    const named = agentIdOf((hello?.data as { agentId?: unknown } | undefined)?.agentId);
    open(hello?.carrier ?? {}, agentId ?? named, hello);
  }

  const codecFor = (isBinary: boolean) => spoken ?? (isBinary ? (codecs[1] ?? codecs[0]) : codecs[0]);
  connection.pending = { codecFor, complete };
  const timer = setTimeout(() => complete(), HELLO_TIMEOUT_MS);
  socket.once('close', () => complete());
  if (carrier) open(carrier, agentId);
  return connection;
}
