import { client, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

const asked = server('gateway', 'GET /tasks/:taskId');

export const lesson: Lesson = {
  name: 'ratio-sampler',
  title: 'A service in the middle decides about sampling by itself, whatever its parent decided',
  teaches:
    'A trace has one decision. A service that rolls its own dice leaves holes in traces that the others keep: spans whose parent ' +
    'never arrives. Inside the mesh the parent decides; a ratio is for those who begin a trace.',
  row: 1,
  service: 'gateway',
  caller: { file: '../src/ask-gateway.ts', service: 'shop' },
  loadsSdk: true,
  edges: [
    parent(1, 'http', client('shop', 'GET'), asked),
    parent(1, 'http', asked, client('gateway', 'GET')),
    parent(1, 'http', client('gateway', 'GET'), server('rest-api', 'GET /api/tasks/:taskId')),
  ],
  cause: 'sampler-ignores-its-parent',
};
