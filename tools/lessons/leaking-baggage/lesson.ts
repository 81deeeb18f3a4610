import { client, internal, parent } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'leaking-baggage',
  title: 'What a caller said in confidence goes to a third party, as baggage',
  teaches:
    'The stock propagators inject into every outgoing request, whoever is at the other end, and baggage may name customers. The ' +
    'trace looks whole, so only the far side can tell. Let context go to the origins that were named, and to no other.',
  row: 23,
  service: 'shop',
  edges: [parent(23, 'http', internal('shop', 'lesson leaking-baggage'), client('shop', 'POST'))],
  cause: 'baggage-left-the-mesh',
};
