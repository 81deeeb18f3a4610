// The spans of all traces, complete. The viewer's store rounds times and drops tracestate, which verdicts need.
import type { KeyValue, StoredSpan } from './spans.ts';

/** Beyond this the oldest trace is dropped. About 200 MB. */
const MAX_SPANS = 100_000;

/** The attribute of a span or an event by which traces that link to another are searched: the other's id. */
export const LINKED_TRACE = 'mesh.link.trace_id';

export class TraceMemory {
  readonly #traces = new Map<string, Map<string, StoredSpan>>();
  /** The ids of the traces that have `LINKED_TRACE`, by its value. */
  readonly #linking = new Map<string, Set<string>>();
  #spanCount = 0;

  /** Stores spans; a span that an exporter sends again replaces the first. */
  add(spans: StoredSpan[]): void {
    for (const span of spans) {
      const trace = this.#traces.get(span.traceId) ?? new Map<string, StoredSpan>();
      if (!trace.has(span.spanId)) this.#spanCount++;
      trace.set(span.spanId, span);
      this.#traces.set(span.traceId, trace);
      for (const linked of linkedIds(span)) {
        this.#linking.set(linked, (this.#linking.get(linked) ?? new Set()).add(span.traceId));
      }
    }
    for (const [traceId, trace] of this.#traces) {
      if (this.#spanCount <= MAX_SPANS) break;
      this.#traces.delete(traceId);
      this.#spanCount -= trace.size;
      for (const linked of [...trace.values()].flatMap(linkedIds)) {
        const linking = this.#linking.get(linked);
        linking?.delete(traceId);
        if (linking?.size === 0) this.#linking.delete(linked);
      }
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

  /** The traces with `LINKED_TRACE` of this value, newest first. */
  linkingTraceIds(linked: string): string[] {
    return [...(this.#linking.get(linked) ?? [])].reverse();
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

const linkedIds = ({ attributes, events }: StoredSpan): string[] =>
  [attributes, ...events.map((event) => event.attributes)].flatMap((list: KeyValue[]) =>
    list.flatMap(({ key, value }) => (key === LINKED_TRACE && value?.stringValue) || []),
  );
