// How the double misbehaves, on demand. Everything counts, nothing is random: the same calls give the same answers.
import { z } from 'zod';

/** What `PUT /_double/behaviour` takes; what is left out goes back to its default. */
export const Behaviour = z.strictObject({
  /** Wait before an answer begins. */
  latencyMs: z.number().int().min(0).max(600_000).default(0),
  /** Wait between two pieces of a stream. */
  chunkDelayMs: z.number().int().min(0).max(60_000).default(0),
  /** Answer this many calls with ThrottlingException. */
  throttleNext: z.number().int().min(0).default(0),
  /** Answer this share of calls with ThrottlingException, evenly spread. */
  throttleRatio: z.number().min(0).max(1).default(0),
  /** Never answer; the call ends when the caller leaves. */
  hang: z.boolean().default(false),
  /** Answer 200 with a body that is neither JSON nor an event stream. */
  malformed: z.boolean().default(false),
});
export type Behaviour = z.infer<typeof Behaviour>;

/** The behaviour in force, and the count that decides which call is throttled. */
export class BehaviourState {
  #current = Behaviour.parse({});
  #owed = 0;

  get current(): Behaviour {
    return this.#current;
  }

  set(behaviour: Behaviour): void {
    this.#current = behaviour;
    this.#owed = 0;
  }

  /** Whether this call is throttled; counts it. */
  throttles(): boolean {
    if (this.#current.throttleNext > 0) {
      this.#current = { ...this.#current, throttleNext: this.#current.throttleNext - 1 };
      return true;
    }
    this.#owed += this.#current.throttleRatio;
    if (this.#owed < 1) return false;
    this.#owed -= 1;
    return true;
  }
}
