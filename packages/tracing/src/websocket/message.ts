// Messages on an open WebSocket: each carries its own context, in the form that the subprotocol has for it. `ws` is traced
// by no instrumentation, and its listeners keep the context in which they were added: every one here starts from the message.
import { randomUUID } from 'node:crypto';
import { type Attributes, type Context, context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import pLimit from 'p-limit';
import type { RawData, WebSocket } from 'ws';
import { type Carrier, extractContext, injectContext } from '../context/carrier.ts';
import type { Trust } from '../context/trust.ts';
import { withCallerTrust } from '../sampling/callers.ts';
import { ATTR_MESH_WS_PROTOCOL } from '../spans/attributes.ts';
import { linkTo, withSpan } from '../spans/span.ts';
import type { Codec, DecodedMessage, Message } from './codec.ts';

export type { Codec, Message };

/** How many messages of one connection are worked on at once; what follows waits, and the other end with it. */
export const MAX_MESSAGES_IN_HAND = 32;

/** An open WebSocket with what its handshake settled. */
export interface Connection {
  /** Names the connection in logs and in the registry; never on the wire. */
  id: string;
  socket: WebSocket;
  /** The handshake's span: what every message links to. The root context until the handshake is complete. */
  ctx: Context;
  /** Who is at the other end; on the span of every message. */
  attributes: Attributes;
  /** How messages are written here. */
  codec: Codec;
  /** How much of the other end's context is kept and obeyed. */
  trust: Trust;
  /** Server side: what the handshake left open is settled by the first message; see `acceptConnection`. */
  pending?: { codecFor(isBinary: boolean): Codec; complete(first: DecodedMessage | undefined): void };
}

const attributes = (connection: Connection, operation: 'send' | 'process', type: string) => ({
  ...connection.attributes,
  [ATTR_MESH_WS_PROTOCOL]: connection.codec.protocol,
  'messaging.system.name': 'websocket',
  'messaging.destination.name': type,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation,
});

/** A connection to a server that is trusted, as one is whose address the configuration names. */
export function newConnection(socket: WebSocket, codec: Codec, ctx: Context): Connection {
  return { id: randomUUID(), socket, ctx, attributes: {}, codec, trust: { inside: true } };
}

/** What a message is to others. */
export interface SendOptions {
  /** The sequence id of the message that this one answers. */
  sequence?: bigint | undefined;
  /** The parent, where it is not the running work: a replayed push belongs to the event's own trace. */
  parent?: Context;
  attributes?: Attributes;
}

/** Sends one message in a PRODUCER span; resolves when the socket has taken it, rejects when it is closed. */
export async function sendMessage(
  connection: Connection,
  type: string,
  data: unknown,
  options: SendOptions = {},
): Promise<void> {
  const init = {
    ...(options.parent && { parent: options.parent }),
    kind: SpanKind.PRODUCER,
    links: linkTo(connection.ctx),
    attributes: { ...attributes(connection, 'send', type), ...options.attributes },
  };
  await withSpan(`send ${type}`, init, () =>
    writeMessage(connection, { type, data, sequence: options.sequence }, injectContext()),
  );
}

/** Writes a message with the context of `carrier` and makes no span: the caller's is the sender. */
export async function writeMessage(
  { codec, socket }: Connection,
  message: Message,
  carrier: Carrier,
): Promise<void> {
  const bytes = codec.encode(message, carrier);
  await new Promise<void>((resolve, reject) => {
    socket.send(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A message as its handler gets it, in a span and a context of its own. */
export type Incoming = Message;

/**
 * Runs `handle` for each message in a CONSUMER span: child of the sender's, linked to the connection's. What the codec
 * cannot read, and a rejecting `handle`, go to `onError`, which runs in the message's context. Beyond
 * `MAX_MESSAGES_IN_HAND` the socket is read no further until there is room: TCP makes the sender wait, and nothing is lost.
 */
export function onMessage(
  connection: Connection,
  handle: (message: Incoming) => Promise<void> | void,
  onError: (error: unknown) => void,
): void {
  const { socket } = connection;
  const inHand = pLimit(MAX_MESSAGES_IN_HAND);
  let full = false;
  socket.on('message', (raw: RawData, isBinary: boolean) => {
    void context.with(ROOT_CONTEXT, take, undefined, bytesOf(raw), isBinary);
  });

  async function take(bytes: Buffer, isBinary: boolean): Promise<void> {
    const received = inHand(receive, bytes, isBinary);
    if (inHand.pendingCount > 0) {
      full = true;
      socket.pause();
    }
    await received;
    // Only what was paused here: the owner of the socket may have reasons of its own.
    if (!full || inHand.pendingCount > 0) return;
    full = false;
    socket.resume();
  }

  async function receive(bytes: Buffer, isBinary: boolean): Promise<void> {
    let ctx = connection.ctx;
    try {
      const { carrier, ...message } = read(bytes, isBinary);
      const { type } = message;
      const parent = withCallerTrust(extractContext(carrier, connection.trust), connection.trust);
      const init = {
        kind: SpanKind.CONSUMER,
        parent,
        links: linkTo(connection.ctx),
        attributes: attributes(connection, 'process', type),
      };
      await withSpan(`process ${type}`, init, (span) => {
        ctx = trace.setSpan(parent, span);
        return handle(message);
      });
    } catch (error) {
      context.with(ctx, onError, undefined, error);
    }
  }

  function read(bytes: Buffer, isBinary: boolean): DecodedMessage {
    const { pending } = connection;
    if (pending) connection.codec = pending.codecFor(isBinary);
    let first: DecodedMessage | undefined;
    try {
      first = connection.codec.decode(bytes);
      return first;
    } finally {
      pending?.complete(first);
    }
  }
}

function bytesOf(raw: RawData): Buffer {
  if (Array.isArray(raw)) return Buffer.concat(raw);
  return Buffer.isBuffer(raw) ? raw : Buffer.from(raw);
}
