// All spans of the mesh's life, whole. The viewer's own store rounds times and drops tracestate; verdicts need both.
import type { StoredSpan } from './spans.ts';

/** Spans kept; beyond it the oldest trace goes. About 200 MB. */
const MAX_SPANS = 100_000;

export class TraceMemory {
  readonly #traces = new Map<string, Map<string, StoredSpan>>();
  #spans = 0;

  /** Keeps spans; one that is sent again (an exporter's retry) replaces itself. */
  add(spans: StoredSpan[]): void {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? new Map<string, StoredSpan>();
      if (!trace.has(span.spanId)) this.#spans++;
      trace.set(span.spanId, span);
      this.#traces.set(span.traceId, trace);
    }
    for (const [traceId, trace] of this.#traces) {
      if (this.#spans <= MAX_SPANS) break;
      this.#traces.delete(traceId);
      this.#spans -= trace.size;
    }
  }

  /** The spans of a trace, by start; undefined if none is known. */
  trace(traceId: string): StoredSpan[] | undefined {
    const trace = this.#traces.get(traceId);
    return trace && [...trace.values()].sort((a, b) => Number(a.startTimeUnixNano - b.startTimeUnixNano));
  }

  /** Ids of all traces, newest first. */
  traceIds(): string[] {
    return [...this.#traces.keys()].reverse();
  }

  /** Names of all services seen. */
  services(): string[] {
    const names = new Set<string>();
    for (const trace of this.#traces.values()) for (const span of trace.values()) names.add(span.service);
    return [...names].sort();
  }

  /** Span names of a service. */
  operations(service: string): string[] {
    const names = new Set<string>();
    for (const trace of this.#traces.values()) {
      for (const span of trace.values()) if (span.service === service) names.add(span.name);
    }
    return [...names].sort();
  }
}
