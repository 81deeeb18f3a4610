// What was on the wire, by trace, as far as there is room.
import type { WireRecord } from './wire.ts';

/** How many traces are kept; the oldest go. */
export const MAX_TRACES = 500;
/** How many records of one trace are kept, the first ones: many times a scenario's. */
export const MAX_RECORDS_PER_TRACE = 500;

export interface Shelf {
  add(record: WireRecord): void;
  /** In the order of arrival; empty for a trace that is not known, or no longer. */
  of(traceId: string): WireRecord[];
}

export function createShelf(maxTraces = MAX_TRACES): Shelf {
  const byTrace = new Map<string, WireRecord[]>();
  return {
    add(record) {
      const records = byTrace.get(record.traceId) ?? [];
      if (records.length === 0) byTrace.set(record.traceId, records);
      if (records.length < MAX_RECORDS_PER_TRACE) records.push(record);
      const [oldest] = byTrace.keys();
      if (byTrace.size > maxTraces && oldest !== undefined) byTrace.delete(oldest);
    },
    of: (traceId) => [...(byTrace.get(traceId) ?? [])],
  };
}
