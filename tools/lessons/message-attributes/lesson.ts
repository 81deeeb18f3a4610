import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'message-attributes',
  title: 'A consumer forgets MessageAttributeNames',
  teaches:
    'SQS returns no message attribute that was not asked for, and does not say that there were any. The sender did everything ' +
    'right, and the trace ends at the queue. An instrumented client asks by itself; a bundled one, or another, does not: ask ' +
    'for the attributes by name, or for All.',
  row: 8,
  service: 'mailer',
  caller: { file: 'sender.ts', service: 'shop' },
  // As in bundled code, which no instrumentation reaches: that of the AWS SDK asks for `traceparent` in the consumer's name.
  env: { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici' },
  edges: [parent(8, 'sqs', producer('shop', 'send lab'), consumer('mailer', 'process lab'))],
  cause: 'message-attributes-not-asked-for',
};
