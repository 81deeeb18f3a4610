import type { Attempts } from '../src/lesson.ts';

const WAIT = 'WaitTimeSeconds: 20';

export const attempts: Attempts = {
  right: {
    'names the attributes that carry context': [
      [WAIT, `${WAIT}, MessageAttributeNames: ['traceparent', 'tracestate', 'baggage']`],
    ],
    'names them by their prefix': [[WAIT, `${WAIT}, MessageAttributeNames: ['trace.*', 'traceparent']`]],
  },
  cheats: {
    'takes the message without processing it': [
      [
        'const sender = extractFromMessage(message);',
        'return;\n    const sender = extractFromMessage(message);',
      ],
    ],
    'makes up a sender': [
      [
        'const sender = extractFromMessage(message);',
        "const sender = extractContext({ traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });",
      ],
      [
        'import { withoutTracing }',
        "import { extractContext } from '@trace-mesh/tracing/carrier';\nimport { withoutTracing }",
      ],
    ],
  },
};
