import type { Lesson } from '../src/lesson.ts';
import { throughGateway } from '../src/through-gateway.ts';

export const lesson: Lesson = {
  name: 'http-hop',
  level: 1,
  title: 'A gateway calls the next service without the context of the request',
  symptom:
    "The shop's trace ends at the gateway's call of rest-api. The call succeeds, and what rest-api did is in another trace.",
  hints: [
    'Both services record spans, so the spans are not lost: look at what the gateway sends to rest-api.',
    'A request carries the context in a header, traceparent. The mesh writes it only into requests to origins that are allowed to have it.',
    'createHttpClient(baseUrl) of @trace-mesh/tracing/http allows the origin of its base URL.',
  ],
  teaches:
    'An HTTP client sends the context only if something injects it. Here context goes to allowed origins only, so a bare fetch has a ' +
    'span and sends nothing: call a service of the mesh through its client.',
  row: 1,
  service: 'gateway',
  caller: { file: '../src/ask-gateway.ts', service: 'shop' },
  edges: throughGateway,
  cause: 'http-without-traceparent',
};
