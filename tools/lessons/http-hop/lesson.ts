import { client, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const request = server('gateway', 'GET /tasks/:taskId');

export const lesson: Lesson = {
  name: 'http-hop',
  title: 'A gateway calls the next service without the context of the request',
  teaches:
    'An HTTP client sends the context only if something injects it. Here context goes to allowed origins only, so a bare fetch has a ' +
    'span and sends nothing: call a service of the mesh through its client.',
  row: 1,
  service: 'gateway',
  caller: { file: '../src/ask-gateway.ts', service: 'shop' },
  edges: [
    parent(1, 'http', client('shop', 'GET'), request),
    parent(1, 'http', request, client('gateway', 'GET')),
    parent(1, 'http', client('gateway', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
  ],
  cause: 'http-without-traceparent',
};
