// WebSocket, client and server. The handshake (connect.ts, accept.ts) carries context in headers, subprotocols or a first
// message; every message (message.ts) in a JSON envelope or in the trace block of a binary frame.

export { type AcceptOptions, acceptConnection, handshakeTraceId } from './accept.ts';
export { type Codec, chooseProtocol, type DecodedMessage } from './codec.ts';
export { type ConnectOptions, connect, HELLO } from './connect.ts';
export type { Connection } from './connection.ts';
export {
  Envelope,
  EnvelopeError,
  envelopeCodec,
  JSON_PROTOCOL,
  jsonCodec,
  TraceContext,
  toTraceContext,
} from './envelope.ts';
export { FrameError, MAX_FRAME_BYTES } from './frame.ts';
export { BINARY_PROTOCOL, type FrameNames, frameCodec } from './frame-codec.ts';
export { readHandshake } from './handshake-carrier.ts';
export { MAX_MESSAGES_IN_FLIGHT } from './inbox.ts';
export { type Incoming, onMessage, type SendOptions, sendMessage } from './message.ts';
export { pathOf, type RefusedHandshake, withRefusedHandshake } from './refuse.ts';
