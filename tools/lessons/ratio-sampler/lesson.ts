import type { Lesson } from '../src/lesson.ts';
import { throughGateway } from '../src/through-gateway.ts';

export const lesson: Lesson = {
  name: 'ratio-sampler',
  level: 3,
  title: "A service in the middle ignores its parent's sampling decision",
  symptom:
    'Traces of the shop have holes: the spans of the gateway are missing, and the span of rest-api names a parent that no store has.',
  hints: [
    'The context reaches rest-api with the right trace id, so nothing is lost on the way. The gateway does not record its own spans.',
    'Whether a span is recorded is decided by the sampler. The shop has already decided, and its decision arrives with the request.',
    'A sampler whose name begins with parentbased_ follows the decision of the parent, and decides only for traces that begin here.',
  ],
  teaches:
    'A trace has one sampling decision. A service that decides again leaves holes in traces that the others keep: spans whose parent ' +
    'never arrives. Inside the mesh the parent decides; a ratio is for services that start traces.',
  row: 1,
  service: 'gateway',
  caller: { file: '../src/ask-gateway.ts', service: 'shop' },
  loadsSdk: true,
  edges: throughGateway,
  cause: 'sampler-ignores-its-parent',
};
