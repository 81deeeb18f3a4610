// How the double misbehaves, as set by `PUT /_double/behaviour`. It counts, without chance: the same calls have the same responses.
import { z } from 'zod';

/** What `PUT /_double/behaviour` takes; what is left out gets its default. */
export const Behaviour = z.strictObject({
  /** Wait before a response begins. */
  latencyMs: z.number().int().min(0).max(600_000).default(0),
  /** Wait between two events of a stream. */
  chunkDelayMs: z.number().int().min(0).max(60_000).default(0),
  /** This many calls fail with ThrottlingException. */
  throttleNext: z.number().int().min(0).default(0),
  /** This share of calls fails with ThrottlingException, evenly spread. */
  throttleRatio: z.number().min(0).max(1).default(0),
  /** Never respond; the call ends when the caller leaves. */
  hang: z.boolean().default(false),
  /** Respond 200 with a body that is neither JSON nor an event stream. */
  malformed: z.boolean().default(false),
});
export type Behaviour = z.infer<typeof Behaviour>;

/** The behaviour in force, and the sum that decides which call is throttled. */
export class BehaviourState {
  current: Behaviour = Behaviour.parse({});
  #owed = 0;

  set(behaviour: Behaviour): void {
    this.current = behaviour;
    this.#owed = 0;
  }

  /** Whether this call is throttled; counts it. */
  throttles(): boolean {
    if (this.current.throttleNext > 0) {
      this.current = { ...this.current, throttleNext: this.current.throttleNext - 1 };
      return true;
    }
    this.#owed += this.current.throttleRatio;
    if (this.#owed < 1) return false;
    this.#owed -= 1;
    return true;
  }
}
