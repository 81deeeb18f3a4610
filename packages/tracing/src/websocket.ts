// WebSocket, both ends. The handshake (ws-handshake.ts) carries context in headers, in subprotocols or in a first message;
// every message (ws-message.ts) carries its own, in a JSON envelope or in the trace block of a binary frame.
export { FrameError, MAX_FRAME_BYTES } from './frame.ts';
export { EnvelopeError, envelopeCodec, JSON_PROTOCOL, jsonCodec } from './ws-envelope.ts';
export { BINARY_PROTOCOL, type FrameNames, frameCodec } from './ws-frame-codec.ts';
export {
  acceptConnection,
  type ConnectOptions,
  chooseProtocol,
  connect,
  HELLO,
  handshakeTraceId,
} from './ws-handshake.ts';
export {
  type Codec,
  type Connection,
  type Incoming,
  onMessage,
  type SendOptions,
  sendMessage,
} from './ws-message.ts';
