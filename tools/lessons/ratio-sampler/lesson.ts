import { client, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const request = server('gateway', 'GET /tasks/:taskId');

export const lesson: Lesson = {
  name: 'ratio-sampler',
  title: "A service in the middle ignores its parent's sampling decision",
  teaches:
    'A trace has one sampling decision. A service that decides again leaves holes in traces that the others keep: spans whose parent ' +
    'never arrives. Inside the mesh the parent decides; a ratio is for services that start traces.',
  row: 1,
  service: 'gateway',
  caller: { file: '../src/ask-gateway.ts', service: 'shop' },
  loadsSdk: true,
  edges: [
    parent(1, 'http', client('shop', 'GET'), request),
    parent(1, 'http', request, client('gateway', 'GET')),
    parent(1, 'http', client('gateway', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
  ],
  cause: 'sampler-ignores-its-parent',
};
