// What a sampler at an edge keeps between spans: how many wishes are left, and what was decided for which trace.

/** The trace ids whose decision a process remembers; beyond it the oldest is forgotten. */
export const MAX_REMEMBERED_TRACES = 10_000;
/** Entries of one trace that a remembered decision covers; then it is asked anew, or one id could be sampled for ever. */
export const MAX_ENTRIES_PER_DECISION = 100;

/** Grants up to `perSecond` at once and as many in each second that follows; `now` in ms. */
export function createLimiter(perSecond: number, now: () => number = () => performance.now()): () => boolean {
  let tokens = perSecond;
  let last = now();
  return () => {
    const time = now();
    tokens = Math.min(perSecond, tokens + ((time - last) / 1000) * perSecond);
    last = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** Whether a trace is sampled, and the name of the rule that said so. */
export interface Decision {
  sampled: boolean;
  rule: string;
}

/** Remembers decisions by trace id, so that a trace which enters by several requests is decided once. */
export class DecisionMemory {
  readonly #known = new Map<string, Decision & { left: number }>();

  /** The decision, unless it is forgotten or used up. */
  recall(traceId: string): Decision | undefined {
    const known = this.#known.get(traceId);
    if (!known) return undefined;
    known.left -= 1;
    if (known.left <= 0) this.#known.delete(traceId);
    return known;
  }

  /** Keeps the decision, and returns it. */
  remember(traceId: string, decision: Decision): Decision {
    this.#known.set(traceId, { ...decision, left: MAX_ENTRIES_PER_DECISION - 1 });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_REMEMBERED_TRACES && oldest !== undefined) this.#known.delete(oldest);
    return decision;
  }
}
