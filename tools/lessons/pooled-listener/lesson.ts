import { internal, parent } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'pooled-listener',
  level: 2,
  title: 'The callbacks of a shared connection run in the context of its first user',
  symptom:
    'Both checks are below the first order, which had ended when the second one was made. Every new process starts right.',
  hints: [
    'The first order is right, and every later one is wrong. Look at what only the first one does.',
    'The listener of a connection runs in the context in which the connection was opened, and so does a callback that it calls.',
    'context.bind(context.active(), callback) keeps the context of the query. So does an await: what follows it has the context of before.',
  ],
  teaches:
    'A pooled connection outlives the request that opened it, and its listeners keep the context of that request. Bind callbacks to the ' +
    'context of their caller, or turn them into promises and await those.',
  row: 22,
  service: 'shop',
  edges: [
    parent(22, 'callback', internal('shop', 'first order'), internal('shop', 'check first')),
    parent(22, 'callback', internal('shop', 'second order'), internal('shop', 'check second')),
  ],
  cause: 'carrier-without-context',
};
