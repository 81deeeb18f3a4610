import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'leaking-baggage',
  level: 3,
  title: 'Confidential baggage goes to a third party',
  symptom:
    'The provider of the model reports that it receives the email addresses of the customers. Every trace is whole.',
  hints: [
    'The body of the request has no address. Look at its headers, and at what writes them.',
    'The propagators inject into every outgoing request, and baggage is one of the things they inject.',
    'meshPropagator() of @trace-mesh/tracing/propagator injects only for origins that are allowed to have the context.',
  ],
  teaches:
    'The stock propagators inject into every outgoing request, and baggage may contain customer data. The trace looks whole: only the ' +
    'receiver can see it. Allow context to named origins only.',
  row: 23,
  service: 'shop',
  callee: { file: '../src/profile.ts', service: 'profile' },
  edges: [
    parent(23, 'http', internal('shop', 'lesson leaking-baggage'), client('shop', 'POST')),
    parent(1, 'http', client('shop', 'POST'), server('profile', 'POST /visits')),
  ],
  keeps: [server('profile', 'POST /visits', { 'lesson.baggage': 'customer.email' })],
  leavesMesh: true,
  cause: 'baggage-left-the-mesh',
};
