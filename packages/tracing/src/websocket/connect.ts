// The client's half of a WebSocket handshake: a CLIENT span whose context is sent in headers, in subprotocols or in a first
// message.
import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import { context, propagation, SpanKind } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { type ClientOptions, WebSocket } from 'ws';
import { injectContext } from '../context/carrier.ts';
import type { Trust } from '../context/trust.ts';
import { activeTraceId, withSpan } from '../spans/span.ts';
import type { Codec } from './codec.ts';
import { agentAttributes, type Connection, newConnection } from './connection.ts';
import { jsonCodec } from './envelope.ts';
import { contextProtocols } from './handshake-carrier.ts';
import { Inbox } from './inbox.ts';
import { writeMessage } from './message.ts';

/** The first message of a client whose handshake could carry no context. Its data: `{ agentId?, token? }`. */
export const HELLO = 'hello';

export interface ConnectOptions {
  /** The subprotocol to offer. Without one, none is offered and messages are JSON envelopes. */
  codec?: Codec;
  /** Where the context is sent. A browser's WebSocket sets no header, so a page uses `protocol` or `hello`. */
  via?: 'headers' | 'protocol' | 'hello';
  agentId?: string;
  /** The bearer token; sent where the context is. */
  token?: string | undefined;
  /** Aborts the attempt; it has no effect on an open connection. */
  signal?: AbortSignal | undefined;
  /** How many messages are processed at a time; see `MAX_MESSAGES_IN_FLIGHT`. */
  maxInFlight?: number;
}

/** A server is trusted: its address comes from the configuration of this process. */
const SERVER_TRUST: Trust = { inside: true };

/**
 * Opens a connection in a CLIENT span, whose context the handshake carries. Rejects with the socket's error, also if the
 * server does not choose the codec's subprotocol.
 */
export async function connect(
  url: string,
  headers: Record<string, string> = {},
  { codec, via = 'headers', agentId, token, signal, maxInFlight }: ConnectOptions = {},
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
    const carrier = injectContext(`websocket-${via}`);
    const protocols = codec ? [codec.protocol] : [];
    if (via === 'protocol') protocols.push(...contextProtocols(carrier, { agentId, token }));
    const sent = {
      ...withoutContext(headers),
      ...(via === 'headers' && { ...headersOf(agentId, token), ...carrier }),
    };
    const options: ClientOptions = { headers: sent, ...(signal && { finishRequest: endUnless(signal) }) };
    // `ws` opens the connection with node:http, whose instrumentation would inject its own context over this one.
    const socket = context.with(
      suppressTracing(context.active()),
      () => new WebSocket(url, protocols, options),
    );
    const inbox = new Inbox(socket, maxInFlight);
    await once(socket, 'open');
    span.setAttribute('http.response.status_code', 101);
    const spoken = codec ?? jsonCodec;
    if (via === 'hello') {
      await writeMessage({ socket, codec: spoken }, { type: HELLO, data: { agentId, token } }, carrier);
    }
    return newConnection({
      socket,
      codec: spoken,
      inbox,
      ctx: context.active(),
      agentId: undefined,
      trust: SERVER_TRUST,
    });
  });
}

/** Aborts the request only: a signal in the request options would stay on the socket after the upgrade. */
const endUnless =
  (signal: AbortSignal): NonNullable<ClientOptions['finishRequest']> =>
  (request) =>
    addAbortSignal(signal, request).end();

function headersOf(agentId: string | undefined, token: string | undefined): Record<string, string> {
  const traceId = activeTraceId();
  return {
    ...(agentId && { 'x-agent-id': agentId }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(traceId && { 'x-trace-id': traceId }),
  };
}

/** `headers` without context of an earlier call, such as a gateway forwards. */
function withoutContext(headers: Record<string, string>): Record<string, string> {
  const owned = new Set(propagation.fields());
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !owned.has(name.toLowerCase())));
}
