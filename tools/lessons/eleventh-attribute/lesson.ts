import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'eleventh-attribute',
  title: 'Ten message attributes are taken, and the context would be the eleventh',
  teaches:
    "SQS takes ten attributes with a message, and they are the user's. Instrumentations leave the context out where it does not fit, " +
    'without a word. Give it a place that is always there: here, the field `trace` of the body.',
  row: 11,
  service: 'shop',
  edges: [parent(11, 'sqs', producer('shop', 'send tasks'), consumer('worker', 'process tasks'))],
  cause: 'no-room-for-context',
};
