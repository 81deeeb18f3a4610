import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'stale-socket',
  level: 2,
  title: "A WebSocket handler runs in the context of its connection instead of the message's",
  symptom:
    'Both answers of the hub are below the handshake of the connection, instead of below the questions that they answer.',
  hints: [
    'Each question has its own span, and the hub answers in its context. Look at the context in which the shop receives.',
    'A listener of a connection that stays open runs in one context for all messages. The context of each message is in its envelope.',
    'extractContext(message.carrier) of @trace-mesh/tracing/carrier is the context of the sender: pass it as the parent of the span.',
  ],
  teaches:
    'One connection serves many traces, and its listeners keep the context in which it was opened. Every message then becomes a child of ' +
    'one handshake: each message has to carry its own context.',
  row: 16,
  service: 'shop',
  edges: [
    parent(16, 'websocket', producer('shop', 'send ping'), consumer('ws-hub', 'process ping')),
    parent(16, 'websocket', producer('ws-hub', 'send pong'), consumer('shop', 'process pong')),
  ],
  cause: 'context-of-the-connection',
};
