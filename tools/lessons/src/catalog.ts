// All lessons, in reading order. The folder of a lesson has its text and expected trace (lesson.ts), the programs broken.ts and
// fixed.ts, which differ in the lines that matter, and other repairs (repairs.ts).
import { lesson as batchItem } from '../batch-item/lesson.ts';
import { lesson as eleventhAttribute } from '../eleventh-attribute/lesson.ts';
import { lesson as httpHop } from '../http-hop/lesson.ts';
import { lesson as leakingBaggage } from '../leaking-baggage/lesson.ts';
import { lesson as messageAttributes } from '../message-attributes/lesson.ts';
import { lesson as ratioSampler } from '../ratio-sampler/lesson.ts';
import { lesson as staleSocket } from '../stale-socket/lesson.ts';
import type { Lesson } from './lesson.ts';

export type { Lesson };

export const lessons: readonly Lesson[] = [
  httpHop,
  messageAttributes,
  batchItem,
  eleventhAttribute,
  staleSocket,
  ratioSampler,
  leakingBaggage,
];
