// What the rewritten lines in the services and in the consumer call.
import { setTimeout as wait } from 'node:timers/promises';
import { knobs } from './here.ts';
import type { Knobs, Place } from './knobs.ts';

/** What is thrown where work is made to fail: an error that nobody foresaw, as a bug throws it. */
const FAILURE = 'the lab lets this fail';

/** Stands in an operation: makes it wait, makes it fail, or does nothing. */
export async function pass(place: Place): Promise<void> {
  const { slow, slowMs } = knobs();
  if (slow.includes(place)) await wait(slowMs);
  if (knobs().fail.includes(place)) throw new Error(FAILURE);
}

/** How the consumer takes its messages, where its configuration says `usual`. */
export const sqsMode = (usual: Knobs['sqsMode']): Knobs['sqsMode'] => knobs().sqsMode ?? usual;
