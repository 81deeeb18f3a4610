// The spans of all traces, complete. The viewer's store rounds times and drops tracestate, which verdicts need.
import type { StoredSpan } from './spans.ts';

/** Beyond this the oldest trace is dropped. About 200 MB. */
const MAX_SPANS = 100_000;

export class TraceMemory {
  readonly #traces = new Map<string, Map<string, StoredSpan>>();
  #spanCount = 0;

  /** Stores spans; a span that an exporter sends again replaces the first. */
  add(spans: StoredSpan[]): void {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? new Map<string, StoredSpan>();
      if (!trace.has(span.spanId)) this.#spanCount++;
      trace.set(span.spanId, span);
      this.#traces.set(span.traceId, trace);
    }
    for (const [traceId, trace] of this.#traces) {
      if (this.#spanCount <= MAX_SPANS) break;
      this.#traces.delete(traceId);
      this.#spanCount -= trace.size;
    }
  }

  /** The spans of a trace by start; undefined for an unknown trace. */
  trace(traceId: string): StoredSpan[] | undefined {
    const trace = this.#traces.get(traceId);
    return trace && [...trace.values()].sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  }

  /** Newest first. */
  traceIds(): string[] {
    return [...this.#traces.keys()].reverse();
  }

  services(): string[] {
    return [...new Set(this.#spans().map(({ service }) => service))].sort();
  }

  /** The span names of a service. */
  operations(service: string): string[] {
    const spans = this.#spans().filter((span) => span.service === service);
    return [...new Set(spans.map(({ name }) => name))].sort();
  }

  #spans(): StoredSpan[] {
    return [...this.#traces.values()].flatMap((trace) => [...trace.values()]);
  }
}
