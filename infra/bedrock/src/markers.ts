// Misbehaviour asked for in the prompt itself, so that firings side by side do not disturb each other as the one
// behaviour of `PUT /_double/behaviour` would. Nothing is random: the same requests in the same order end the same.
import { createHash } from 'node:crypto';

/** How many requests are remembered while their markers count down. */
export const MAX_COUNTED = 1_000;
/** The longest `[[slow:MS]]`, in ms. */
export const MAX_SLOW_MS = 60_000;

const MARKER = /\[\[(throttle|fail|slow):(\d{1,6})\]\]/g;
const ANSWER = /\[\[answer:([a-z-]{1,32})\]\]/;
const BROKEN = /\[\[broken:([\w-]{1,64})\]\]/;

export interface Marked {
  /** How this call ends instead of an answer, if it does. */
  refuse?: 'ThrottlingException' | 'InternalServerException';
  /** The kind of garbage that is answered instead; see garbage.ts. */
  answer?: string;
  /** The wait before the answer, or between two pieces of a stream, in ms. */
  slowMs: number;
}

/**
 * `[[throttle:N]]`: the first N calls with this exact request are throttled; `[[fail:N]]`: the N calls after those end
 * with 500; `[[broken:ID]]`: every call ends with 500 until `mend(ID)`, however often the caller asks again;
 * `[[slow:MS]]`: the answer takes its time; `[[answer:KIND]]`: the answer is garbage of that kind.
 */
export class Markers {
  #calls = new Map<string, number>();
  #fixed = new Set<string>();

  /** From now on prompts that say `[[broken:ID]]` are answered. */
  mend(id: string): void {
    this.#fixed.add(id);
    const [oldest] = this.#fixed;
    if (this.#fixed.size > MAX_COUNTED && oldest !== undefined) this.#fixed.delete(oldest);
  }

  /** Reads the markers of a request body, and counts the call. */
  of(body: string): Marked {
    const asked = { throttle: 0, fail: 0, slow: 0 };
    for (const [, name, value] of body.matchAll(MARKER)) asked[name as keyof typeof asked] = Number(value);
    const slowMs = Math.min(asked.slow, MAX_SLOW_MS);
    const [, answer] = ANSWER.exec(body) ?? [];
    if (answer) return { slowMs, answer };
    const [, broken] = BROKEN.exec(body) ?? [];
    if (broken && !this.#fixed.has(broken)) return { slowMs, refuse: 'InternalServerException' };
    if (asked.throttle + asked.fail === 0) return { slowMs };
    const call = this.#count(body);
    if (call <= asked.throttle) return { slowMs, refuse: 'ThrottlingException' };
    if (call <= asked.throttle + asked.fail) return { slowMs, refuse: 'InternalServerException' };
    return { slowMs };
  }

  #count(body: string): number {
    const key = createHash('sha256').update(body).digest('base64');
    const call = (this.#calls.get(key) ?? 0) + 1;
    this.#calls.delete(key);
    this.#calls.set(key, call);
    const [oldest] = this.#calls.keys();
    if (this.#calls.size > MAX_COUNTED && oldest !== undefined) this.#calls.delete(oldest);
    return call;
  }
}
