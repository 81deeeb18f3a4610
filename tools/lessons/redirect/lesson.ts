import { client, internal, parent, server } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'redirect',
  level: 3,
  title: 'A redirect takes the baggage to a third party',
  symptom:
    'A company that the shop does not call reports that it receives the email addresses of its customers. Every trace is whole.',
  hints: [
    'The shop calls one service of the mesh, which may have the baggage. Look at what that service answers.',
    'fetch follows a redirect by itself. To another origin it drops authorization and cookies, and keeps every other header.',
    "With redirect: 'manual' the response has status and location: request that yourself, with the headers that its origin may have.",
  ],
  teaches:
    'A client that follows redirects decides where your headers go. Context that was injected for one origin must not go on to another: ' +
    'follow redirects yourself, or use a client that drops the headers, such as createHttpClient of the mesh.',
  row: 1,
  service: 'shop',
  callee: { file: 'moved.ts', service: 'profile' },
  // The program injects by hand: the instrumentation of fetch would remove the context on the way.
  env: { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,express' },
  edges: [
    parent(1, 'http', internal('shop', 'lesson redirect'), client('shop', 'POST')),
    parent(1, 'http', client('shop', 'POST'), server('profile', 'POST /suggestions')),
  ],
  keeps: [server('profile', 'POST /suggestions', { 'lesson.baggage': 'customer.email' })],
  leavesMesh: true,
  cause: 'baggage-left-the-mesh',
};
