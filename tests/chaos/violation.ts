// A promise that was not kept: what a check answers, and what a person needs to know of it.
import { setTimeout as wait } from 'node:timers/promises';

export interface Violation {
  /** The promise, as a claim. */
  promise: string;
  /** Whom it was made to: a task, a process, a message. */
  subject: string;
  /** What was there instead. */
  seen: string;
}

export type Check = () => Promise<Violation[]>;

const LOOK_MS = 250;

/** What `check` still finds when `limitMs` are over; looks again and again, and is content as soon as it finds nothing. */
export async function stillBroken(check: Check, limitMs: number): Promise<Violation[]> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const breaches = await check();
    if (breaches.length === 0 || performance.now() >= deadline) return breaches;
    await wait(LOOK_MS);
  }
}
