// WebSocket, both ends. The handshake (ws-handshake.ts) carries context in headers, in subprotocols or in a first message;
// every message (ws-message.ts) carries its own, in a JSON envelope or in the trace block of a binary frame.

export { FrameError, MAX_FRAME_BYTES } from './frame.ts';
export type { DecodedMessage } from './ws-codec.ts';
export { EnvelopeError, envelopeCodec, JSON_PROTOCOL, jsonCodec } from './ws-envelope.ts';
export { BINARY_PROTOCOL, type FrameNames, frameCodec } from './ws-frame-codec.ts';
export {
  type AcceptOptions,
  acceptConnection,
  type ConnectOptions,
  chooseProtocol,
  connect,
  HELLO,
  HELLO_TIMEOUT_MS,
  handshakeTraceId,
} from './ws-handshake.ts';
export { readHandshake } from './ws-handshake-carrier.ts';
export {
  type Codec,
  type Connection,
  type Incoming,
  MAX_MESSAGES_IN_HAND,
  onMessage,
  type SendOptions,
  sendMessage,
} from './ws-message.ts';
