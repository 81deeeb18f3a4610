// The records of the newest traces.
import type { WireRecord } from './wire.ts';

/** How many traces are kept; the oldest are discarded. */
export const MAX_TRACES = 500;
/** How many records of one trace are kept, the first ones: many times a scenario's. */
export const MAX_RECORDS_PER_TRACE = 500;

export interface WireStore {
  add(record: WireRecord): void;
  /** In the order of arrival; empty for an unknown trace. */
  of(traceId: string): WireRecord[];
}

export function createWireStore(maxTraces = MAX_TRACES): WireStore {
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
