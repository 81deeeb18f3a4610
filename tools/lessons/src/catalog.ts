// All lessons, in reading order.
import { lesson as batchItem } from '../batch-item/lesson.ts';
import { lesson as eleventhAttribute } from '../eleventh-attribute/lesson.ts';
import { lesson as httpHop } from '../http-hop/lesson.ts';
import { lesson as leakingBaggage } from '../leaking-baggage/lesson.ts';
import { lesson as messageAttributes } from '../message-attributes/lesson.ts';
import { lesson as ratioSampler } from '../ratio-sampler/lesson.ts';
import { lesson as staleSocket } from '../stale-socket/lesson.ts';
import type { Lesson } from './lesson.ts';

export type { Lesson };

export const lessons: Lesson[] = [
  httpHop,
  messageAttributes,
  eleventhAttribute,
  staleSocket,
  ratioSampler,
  leakingBaggage,
  batchItem,
];
