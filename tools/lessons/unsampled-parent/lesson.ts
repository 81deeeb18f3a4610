import { consumer, parent, producer } from '@trace-mesh/scenarios/scenario';
import type { Lesson } from '../src/lesson.ts';

export const lesson: Lesson = {
  name: 'unsampled-parent',
  level: 3,
  title: 'A consumer records the traces that their sender did not sample',
  symptom:
    'The shop samples some of its orders. The mailer records a span of every order: most of them name a parent that no store has.',
  hints: [
    'The parents are not lost: the shop decided not to record them. Look at what the mailer keeps of the context that it receives.',
    'A traceparent has four parts: version, trace id, span id and flags. Bit 0 of the flags is the decision of the sender.',
    'extractContext({ traceparent }) of @trace-mesh/tracing/carrier restores all of it.',
  ],
  teaches:
    'Two ids are not a context: the flags carry the sampling decision, and a trace has one. Store and restore the whole traceparent, and ' +
    'let a parent that is not sampled stay so.',
  row: 8,
  service: 'mailer',
  caller: { file: 'sender.ts', service: 'shop' },
  edges: [parent(8, 'sqs', producer('shop', 'send lab'), consumer('mailer', 'process lab'))],
  cause: 'unsampled-trace-recorded',
};
