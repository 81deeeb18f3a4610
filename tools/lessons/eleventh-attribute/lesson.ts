import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'eleventh-attribute',
  level: 2,
  title: 'The user takes all ten message attributes, and none is left for the context',
  symptom:
    'Messages of other senders continue their traces in the worker. The messages of this shop start new ones, and no error is logged.',
  hints: [
    'The worker is right: it reads the context wherever a sender may put it. Look at what this message contains.',
    'SQS takes ten attributes for each message. The user needs all ten, and they must stay.',
    'carryContext(body, attributes) of @trace-mesh/tracing/sqs-carrier writes the context into the field trace of the body if the attributes have no room.',
  ],
  teaches:
    'SQS allows ten attributes per message. Instrumentations drop the context silently if it does not fit. Use a place that always ' +
    'exists: here, the field `trace` of the body.',
  row: 11,
  service: 'shop',
  edges: [parent(11, 'sqs', producer('shop', 'send tasks'), consumer('worker', 'process tasks'))],
  // All ten attributes of the user's arrived: the context is not in their place.
  keeps: [
    consumer('worker', 'process tasks', {
      'mesh.messaging.received_attributes': 10,
      'mesh.messaging.context_place': 'body',
    }),
  ],
  cause: 'no-room-for-context',
};
