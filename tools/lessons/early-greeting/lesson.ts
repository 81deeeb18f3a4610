import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'early-greeting',
  level: 1,
  title: 'The first message of a WebSocket is gone before the listener is attached',
  symptom:
    'The hub answers hello with a greeting, and its trace shows that it was sent. The shop processes every message but this one.',
  hints: [
    'The greeting reaches the socket. Look at what the shop does between the end of the handshake and its listener.',
    'A socket emits a message once, when it arrives. A listener that is attached later does not get it.',
    'Attach the listener before the first await, or use onMessage(connection, handle, onError), whose connection keeps the first messages.',
  ],
  teaches:
    'An emitter keeps nothing: a listener that is attached after an await misses what came before. Listen as soon as the socket is open, ' +
    'or read from something that queues.',
  row: 16,
  service: 'shop',
  edges: [
    parent(16, 'websocket', producer('ws-hub', 'send welcome'), consumer('shop', 'process welcome')),
    parent(16, 'websocket', producer('ws-hub', 'send pong'), consumer('shop', 'process pong')),
  ],
  cause: 'never-arrived',
};
