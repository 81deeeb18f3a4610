import { client, internal, parent } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'leaking-baggage',
  title: 'Confidential baggage goes to a third party',
  teaches:
    'The stock propagators inject into every outgoing request, and baggage may contain customer data. The trace looks whole: only the ' +
    'receiver can see it. Allow context to named origins only.',
  row: 23,
  service: 'shop',
  edges: [parent(23, 'http', internal('shop', 'lesson leaking-baggage'), client('shop', 'POST'))],
  cause: 'baggage-left-the-mesh',
};
