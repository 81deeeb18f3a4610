import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const ping = producer('shop', 'send ping');
const pong = producer('ws-hub', 'send pong');

export const lesson: Lesson = {
  name: 'stale-socket',
  title: "A WebSocket handler runs in the context of its connection instead of the message's",
  teaches:
    'One connection serves many traces, and its listeners keep the context in which it was opened. Every message then becomes a child of ' +
    'one handshake: each message has to carry its own context.',
  row: 16,
  service: 'shop',
  edges: [
    parent(16, 'websocket', ping, consumer('ws-hub', 'process ping')),
    parent(16, 'websocket', pong, consumer('shop', 'process pong')),
  ],
  cause: 'context-of-the-connection',
};
