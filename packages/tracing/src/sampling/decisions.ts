// The decisions of an edge's sampler, by trace id.

/** How many decisions a process keeps; the oldest is dropped beyond it. */
export const MAX_REMEMBERED_TRACES = 10_000;
/** How many entries of one trace a decision covers; without a limit a caller could reuse one sampled id indefinitely. */
export const MAX_ENTRIES_PER_DECISION = 100;

/** Whether a trace is sampled, and the name of the rule that decided. */
export interface Decision {
  sampled: boolean;
  rule: string;
  /** Of a sampled share: the threshold, 14 hex digits. */
  threshold?: string | undefined;
}

/** Keeps decisions by trace id, so that a trace which enters by several requests has one decision. */
export class DecisionMemory {
  readonly #known = new Map<string, Decision & { left: number }>();
  /** The ids in the order in which they came, as a ring: finding the first key of a Map slows down with every deleted one. */
  readonly #order: string[] = [];
  #next = 0;

  /** The decision, unless it was dropped or is used up. */
  recall(traceId: string): Decision | undefined {
    const known = this.#known.get(traceId);
    if (!known) return undefined;
    known.left -= 1;
    if (known.left <= 0) this.#known.delete(traceId);
    return known;
  }

  /** Keeps the decision, and returns it. */
  remember(traceId: string, decision: Decision): Decision {
    const known = { ...decision, left: MAX_ENTRIES_PER_DECISION - 1 };
    const oldest = this.#order[this.#next];
    if (!this.#known.has(traceId)) {
      if (oldest !== undefined) this.#known.delete(oldest);
      this.#order[this.#next] = traceId;
      this.#next = (this.#next + 1) % MAX_REMEMBERED_TRACES;
    }
    this.#known.set(traceId, known);
    return known;
  }
}
