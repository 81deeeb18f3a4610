// WebSocket, both ends. The handshake (websocket/handshake.ts) carries context in headers, in subprotocols or in a first message;
// every message (websocket/message.ts) carries its own, in a JSON envelope or in the trace block of a binary frame.

export type { DecodedMessage } from './codec.ts';
export { EnvelopeError, envelopeCodec, JSON_PROTOCOL, jsonCodec } from './envelope.ts';
export { FrameError, MAX_FRAME_BYTES } from './frame.ts';
export { BINARY_PROTOCOL, type FrameNames, frameCodec } from './frame-codec.ts';
export {
  type AcceptOptions,
  acceptConnection,
  type ConnectOptions,
  chooseProtocol,
  connect,
  HELLO,
  HELLO_TIMEOUT_MS,
  handshakeTraceId,
} from './handshake.ts';
export { readHandshake } from './handshake-carrier.ts';
export {
  type Codec,
  type Connection,
  type Incoming,
  MAX_MESSAGES_IN_HAND,
  onMessage,
  type SendOptions,
  sendMessage,
} from './message.ts';
