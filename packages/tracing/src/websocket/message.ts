// Messages on an open WebSocket: each carries its own context, in the format of the connection's subprotocol. No
// instrumentation covers `ws`, so the two spans of a message are made here.
import { type Attributes, type Context, context, type Span, SpanKind, trace } from '@opentelemetry/api';
import { type Carrier, extractContext, injectContext } from '../context/carrier.ts';
import { withCallerTrust } from '../sampling/callers.ts';
import { durations } from '../sdk/durations.ts';
import { ATTR_MESH_WS_PROTOCOL } from '../spans/attributes.ts';
import { messagingAttributes } from '../spans/messaging.ts';
import { errorTypeOf, linkTo, withSpan } from '../spans/span.ts';
import type { Message } from './codec.ts';
import { agentAttributes, type Connection } from './connection.ts';

/** The conventions have no metric for WebSockets. No type of message: a client can send any. */
const recordMessage = durations({
  name: 'mesh.websocket.message.duration',
  description: 'Duration of handling a received WebSocket message.',
  attributes: [ATTR_MESH_WS_PROTOCOL, 'error.type'],
});

const attributes = ({ agentId, codec }: Connection, operation: 'send' | 'process', type: string) => ({
  ...agentAttributes(agentId),
  [ATTR_MESH_WS_PROTOCOL]: codec.protocol,
  ...messagingAttributes('websocket', operation, type),
});

export interface SendOptions {
  /** The sequence id of the message that this one answers. */
  sequence?: bigint | undefined;
  /** The parent, by default the active context; a replayed push belongs to the trace of its event. */
  parent?: Context;
  attributes?: Attributes;
}

/**
 * Sends one message in a PRODUCER span. Resolves when the socket has written it, rejects if it is closed. Accepts the promise
 * of `acceptConnection`, and then sends when that resolves.
 */
export async function sendMessage(
  to: Connection | Promise<Connection>,
  type: string,
  data: unknown,
  options: SendOptions = {},
): Promise<void> {
  const connection = await to;
  const init = {
    ...(options.parent && { parent: options.parent }),
    kind: SpanKind.PRODUCER,
    links: linkTo(connection.ctx),
    attributes: { ...attributes(connection, 'send', type), ...options.attributes },
  };
  await withSpan(`send ${type}`, init, () =>
    writeMessage(
      connection,
      { type, data, sequence: options.sequence },
      injectContext(connection.codec.transport),
    ),
  );
}

/** Writes a message with the context of `carrier`, without a span. */
export async function writeMessage(
  { codec, socket }: Pick<Connection, 'codec' | 'socket'>,
  message: Message,
  carrier: Carrier,
): Promise<void> {
  const bytes = codec.encode(message, carrier);
  await new Promise<void>((resolve, reject) => {
    socket.send(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A message as its handler receives it, in the message's span and context. */
export type Incoming = Message;

/**
 * Runs `handle` for each message in a CONSUMER span: child of the sender's, linked to the connection's. Earlier messages
 * are handled first, in order. `onError` receives, in the message's context, errors of the codec and rejections of `handle`;
 * also errors of a socket without an error listener.
 */
export function onMessage(
  connection: Connection,
  handle: (message: Incoming) => Promise<void> | void,
  onError: (error: unknown) => void,
): void {
  connection.inbox.add({
    async onMessage(bytes, isBinary) {
      let ctx = connection.ctx;
      let handling: Span | undefined;
      const since = performance.now();
      const record = (error?: string) => recordMessage(since, [connection.codec.protocol, error], handling);
      try {
        const { carrier, ...message } = connection.codec.decode(bytes, isBinary);
        const { type } = message;
        const parent = withCallerTrust(extractContext(carrier, connection.trust), connection.trust);
        const init = {
          kind: SpanKind.CONSUMER,
          parent,
          links: linkTo(connection.ctx),
          attributes: attributes(connection, 'process', type),
        };
        await withSpan(`process ${type}`, init, (span) => {
          handling = span;
          ctx = trace.setSpan(parent, span);
          return handle(message);
        });
        record();
      } catch (error) {
        record(errorTypeOf(error));
        context.with(ctx, onError, undefined, error);
      }
    },
    onError: (error) => context.with(connection.ctx, onError, undefined, error),
  });
}
