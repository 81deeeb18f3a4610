// Misbehaviour requested in the prompt itself, so that concurrent tests do not disturb each other, as they would by the one behaviour
// of `PUT /_double/behaviour`. Without chance: the same requests in the same order have the same responses.
import { createHash } from 'node:crypto';

/** How many requests are remembered while their markers count down. */
export const MAX_COUNTED = 1_000;
/** The longest `[[slow:MS]]`, in ms. */
export const MAX_SLOW_MS = 60_000;

const MARKER = /\[\[(throttle|fail|slow):(\d{1,6})\]\]/g;
const ANSWER = /\[\[answer:([a-z-]{1,32})\]\]/;
const BROKEN = /\[\[broken:([\w-]{1,64})\]\]/;

export interface Marked {
  /** The error with which this call fails, if it does. */
  refuse?: 'ThrottlingException' | 'InternalServerException';
  /** The kind of invalid response; see garbage.ts. */
  answer?: string;
  /** The wait before the response, or between two events of a stream, in ms. */
  slowMs: number;
}

/**
 * `[[throttle:N]]`: the first N calls with this exact request are throttled; `[[fail:N]]`: the N calls after those fail with 500;
 * `[[broken:ID]]`: every call fails with 500 until `fix(ID)`; `[[slow:MS]]`: the response is delayed; `[[answer:KIND]]`: the
 * response is invalid in this way.
 */
export class Markers {
  #calls = new Map<string, number>();
  #fixed = new Set<string>();

  /** From now on calls with `[[broken:ID]]` succeed. */
  fix(id: string): void {
    this.#fixed.add(id);
    forgetOldest(this.#fixed);
  }

  /** Reads the markers of a request body, and counts the call. */
  of(body: string): Marked {
    const counts = { throttle: 0, fail: 0, slow: 0 };
    for (const [, name, value] of body.matchAll(MARKER)) counts[name as keyof typeof counts] = Number(value);
    const slowMs = Math.min(counts.slow, MAX_SLOW_MS);
    const [, answer] = ANSWER.exec(body) ?? [];
    if (answer) return { slowMs, answer };
    const [, broken] = BROKEN.exec(body) ?? [];
    if (broken && !this.#fixed.has(broken)) return { slowMs, refuse: 'InternalServerException' };
    if (counts.throttle + counts.fail === 0) return { slowMs };
    const call = this.#count(body);
    if (call <= counts.throttle) return { slowMs, refuse: 'ThrottlingException' };
    if (call <= counts.throttle + counts.fail) return { slowMs, refuse: 'InternalServerException' };
    return { slowMs };
  }

  #count(body: string): number {
    const key = createHash('sha256').update(body).digest('base64');
    const call = (this.#calls.get(key) ?? 0) + 1;
    this.#calls.delete(key);
    this.#calls.set(key, call);
    forgetOldest(this.#calls);
    return call;
  }
}

function forgetOldest(kept: Set<string> | Map<string, number>): void {
  const [oldest] = kept.keys();
  if (kept.size > MAX_COUNTED && oldest !== undefined) kept.delete(oldest);
}
