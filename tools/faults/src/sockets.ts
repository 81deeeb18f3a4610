// What the rewritten lines of the WebSocket files call.
import type { Carrier } from '@trace-mesh/tracing/carrier';
import type { Codec, ConnectOptions, Incoming } from '@trace-mesh/tracing/websocket';
import { isDropped, tell } from './here.ts';
import { frameText, headerText, jsonText, protocolText } from './wire-text.ts';

/** The message that belongs to the handshake. Typed, not imported: the socket's files import this one. */
const HELLO: typeof import('@trace-mesh/tracing/websocket').HELLO = 'hello';

/** The context that a client's handshake brings, in whichever way. */
export const opening = (context: Carrier): Carrier => (isDropped('ws-handshake') ? {} : context);

/** Notes a handshake that goes out. By way of `hello` nothing goes with it: that comes as a message. */
export function handshake(
  via: ConnectOptions['via'],
  headers: Record<string, string>,
  protocols: readonly string[],
): void {
  if (via === 'headers') tell('ws-handshake', 'headers', headerText(Object.entries(headers)));
  if (via === 'protocol') tell('ws-handshake', 'subprotocols', protocolText(protocols));
}

/** The bytes of one message, with its context. */
export function encoded(codec: Codec, message: Incoming, carrier: Carrier): string | Buffer {
  const isHello = message.type === HELLO;
  const bytes = codec.encode(message, !isHello && isDropped('websocket') ? {} : carrier);
  if (typeof bytes === 'string') {
    const { trace_context } = JSON.parse(bytes) as { trace_context?: object };
    tell(isHello ? 'ws-handshake' : 'websocket', 'envelope', jsonText('trace_context', trace_context));
  } else tell(isHello ? 'ws-handshake' : 'websocket-binary', 'frame', frameText(bytes));
  return bytes;
}
