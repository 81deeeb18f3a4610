import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'message-attributes',
  level: 1,
  title: 'A consumer forgets MessageAttributeNames',
  symptom:
    'The trace of each message ends when the shop has sent it. The mailer processes every message, in a trace of its own.',
  hints: [
    'The sender is right: its message has the context. Look at what the consumer receives.',
    'The context is in the message attribute traceparent. ReceiveMessage returns no attribute that the request does not name.',
    "MessageAttributeNames: ['All'] in the request returns every attribute.",
  ],
  teaches:
    'SQS returns only the message attributes that a receive requests. The sender did everything right, and the trace ends at the ' +
    'queue. The instrumentation requests them; a bundled or other client does not: request the attributes by name, or All.',
  row: 8,
  service: 'mailer',
  caller: { file: 'sender.ts', service: 'shop' },
  // As in bundled code: the instrumentation of the AWS SDK would request `traceparent` for the consumer.
  env: { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,undici' },
  edges: [parent(8, 'sqs', producer('shop', 'send lab'), consumer('mailer', 'process lab'))],
  cause: 'message-attributes-not-asked-for',
};
