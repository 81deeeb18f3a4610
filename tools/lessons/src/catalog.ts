// All lessons, in reading order. The folder of a lesson has its text and expected trace (lesson.ts), the programs broken.ts and
// fixed.ts, which differ in the lines that matter, and other repairs (repairs.ts).
import { lesson as batchItem } from '../batch-item/lesson.ts';
import { lesson as earlyGreeting } from '../early-greeting/lesson.ts';
import { lesson as eleventhAttribute } from '../eleventh-attribute/lesson.ts';
import { lesson as httpHop } from '../http-hop/lesson.ts';
import { lesson as lazyThenable } from '../lazy-thenable/lesson.ts';
import { lesson as leakingBaggage } from '../leaking-baggage/lesson.ts';
import { lesson as lostAtExit } from '../lost-at-exit/lesson.ts';
import { lesson as messageAttributes } from '../message-attributes/lesson.ts';
import { lesson as pooledListener } from '../pooled-listener/lesson.ts';
import { lesson as ratioSampler } from '../ratio-sampler/lesson.ts';
import { lesson as redirect } from '../redirect/lesson.ts';
import { lesson as reusedMetadata } from '../reused-metadata/lesson.ts';
import { lesson as staleSocket } from '../stale-socket/lesson.ts';
import { lesson as unsampledParent } from '../unsampled-parent/lesson.ts';
import type { Lesson } from './lesson.ts';

export type { Lesson };

export const lessons: readonly Lesson[] = [
  httpHop,
  messageAttributes,
  batchItem,
  lostAtExit,
  earlyGreeting,
  eleventhAttribute,
  staleSocket,
  lazyThenable,
  pooledListener,
  ratioSampler,
  leakingBaggage,
  redirect,
  reusedMetadata,
  unsampledParent,
];
