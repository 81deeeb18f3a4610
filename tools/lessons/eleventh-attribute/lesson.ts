import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'eleventh-attribute',
  title: 'The user takes all ten message attributes, and none is left for the context',
  teaches:
    'SQS allows ten attributes per message. Instrumentations drop the context silently if it does not fit. Use a place that always ' +
    'exists: here, the field `trace` of the body.',
  row: 11,
  service: 'shop',
  edges: [parent(11, 'sqs', producer('shop', 'send tasks'), consumer('worker', 'process tasks'))],
  cause: 'no-room-for-context',
};
