// The frame type and method of each of the hub's messages in the binary protocol. The numbers are the Developer Mesh
// protocol's, so its clients work unchanged.
import { type Codec, type FrameNames, frameCodec } from '@trace-mesh/tracing/websocket';
import { type CLIENT_MESSAGES, type HUB_MESSAGES, TASK_UPDATED } from './messages.ts';

const INITIALIZE = 1;
const EVENT_SUBSCRIBE = 6;
const EVENT_UNSUBSCRIBE = 7;
const PING = 8;
const PONG = 9;

const NAMES = {
  hello: { type: 'request', method: INITIALIZE },
  welcome: { type: 'response', method: INITIALIZE },
  subscribe: { type: 'request', method: EVENT_SUBSCRIBE },
  subscribed: { type: 'response', method: EVENT_SUBSCRIBE },
  unsubscribe: { type: 'request', method: EVENT_UNSUBSCRIBE },
  unsubscribed: { type: 'response', method: EVENT_UNSUBSCRIBE },
  [TASK_UPDATED]: { type: 'notification', method: EVENT_SUBSCRIBE },
  ping: { type: 'ping', method: PING },
  pong: { type: 'pong', method: PONG },
  error: { type: 'error', method: 0 },
} as const satisfies FrameNames & Record<keyof typeof CLIENT_MESSAGES | keyof typeof HUB_MESSAGES, unknown>;

/** One end of a binary connection: it numbers the frames it sends. Payloads of `compressFrom` bytes or more are compressed. */
export const hubFrames = (compressFrom?: number): Codec => frameCodec(NAMES, compressFrom);
