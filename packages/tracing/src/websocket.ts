// WebSocket, both ends: the handshake carries context in HTTP headers, each message in its envelope. `ws` is traced by no
// instrumentation, and its listeners keep the context in which they were added: every one here starts from the message.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { type RawData, WebSocket } from 'ws';
import { ATTR_MESH_AGENT_ID } from './attributes.ts';
import { extractContext, extractFromOutside, injectContext } from './carrier.ts';
import { linkTo, startSpan, withSpan } from './span.ts';
import { Envelope, fromTraceContext, toTraceContext } from './ws-envelope.ts';

const attributes = (operation: 'send' | 'process', type: string) => ({
  'messaging.system.name': 'websocket',
  'messaging.destination.name': type,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
});

/**
 * Opens a connection in a CLIENT span whose context goes along in the handshake's headers. Resolves once it is open,
 * with the context that messages link to.
 */
export async function connect(url: string, headers: Record<string, string> = {}): Promise<Connection> {
  const { href, pathname: path, hostname, port } = new URL(url);
  const attributes = {
    'http.request.method': 'GET',
    'url.full': href,
    'url.template': path,
    'server.address': hostname,
    'server.port': Number(port || 80),
  };
  const init = { kind: SpanKind.CLIENT, attributes };
  return withSpan(`GET ${path}`, init, async (span) => {
    const handshake = { headers: { ...headers, ...injectContext() } };
    // `ws` opens the connection with node:http, whose instrumentation would inject a second time over ours.
    const socket = context.with(suppressTracing(context.active()), () => new WebSocket(url, handshake));
    await once(socket, 'open');
    span.setAttribute('http.response.status_code', 101);
    return { socket, ctx: context.active(), attributes: {} };
  });
}

export interface Connection {
  socket: WebSocket;
  /** The context of the handshake's span: what every message on this connection links to. */
  ctx: Context;
  /** Who is at the other end; on the span of every message. */
  attributes: Attributes;
}

/** Server side of the handshake: a SERVER span, child of the client's, that ends as soon as the connection is open. */
export function acceptConnection(socket: WebSocket, request: IncomingMessage): Connection {
  const path = new URL(request.url ?? '/', 'ws://localhost').pathname;
  const { span, ctx } = startSpan(`GET ${path}`, {
    kind: SpanKind.SERVER,
    parent: extractFromOutside(request.headers),
    attributes: {
      'http.request.method': 'GET',
      'http.route': path,
      'http.response.status_code': 101,
      'url.path': path,
      'url.scheme': 'ws',
    },
  });
  span.end();
  const agentId = request.headers['x-agent-id'];
  return { socket, ctx, attributes: typeof agentId === 'string' ? { [ATTR_MESH_AGENT_ID]: agentId } : {} };
}

/** Sends one message in a PRODUCER span; resolves when the socket has taken it, rejects when it is closed. */
export async function sendMessage(connection: Connection, type: string, data: unknown): Promise<void> {
  const init = {
    kind: SpanKind.PRODUCER,
    links: linkTo(connection.ctx),
    attributes: { ...connection.attributes, ...attributes('send', type) },
  };
  await withSpan(`send ${type}`, init, async () => {
    const trace_context = toTraceContext(injectContext());
    const text = JSON.stringify({ type, ...(trace_context && { trace_context }), data });
    await new Promise<void>((resolve, reject) => {
      connection.socket.send(text, (error) => (error ? reject(error) : resolve()));
    });
  });
}

export interface Incoming {
  type: string;
  data: unknown;
}

/**
 * Runs `handle` for each message in a CONSUMER span: child of the sender's, linked to the connection's. A message that is
 * no envelope, and a rejecting `handle`, go to `onError`.
 */
export function onMessage(
  connection: Connection,
  handle: (message: Incoming) => Promise<void> | void,
  onError: (error: unknown) => void,
): void {
  const links: Link[] = linkTo(connection.ctx);
  connection.socket.on('message', (raw: RawData) => {
    context.with(ROOT_CONTEXT, receive, undefined, raw).catch(onError);
  });

  async function receive(raw: RawData): Promise<void> {
    const { type, trace_context, data } = Envelope.parse(JSON.parse(raw.toString()));
    const parent = extractContext(fromTraceContext(trace_context));
    const init = {
      kind: SpanKind.CONSUMER,
      parent,
      links,
      attributes: { ...connection.attributes, ...attributes('process', type) },
    };
    await withSpan(`process ${type}`, init, () => handle({ type, data }));
  }
}
