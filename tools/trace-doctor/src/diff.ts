// Compares two traces of the same work: missing, added and slower operations.
import type { Span, SpanKind, Trace } from './trace.ts';

/** An operation is slower if its median grew by more than this factor, */
export const SLOWER_FACTOR = 2;
/** and by at least this, in µs: below, a factor of two is noise. */
export const MIN_SLOWER_US = 1_000;

/** Spans of one service, kind and name. */
export interface OperationStats {
  service: string;
  kind: SpanKind;
  name: string;
  count: number;
  /** The median, so that one slow call of many has no effect. */
  medianUs: number;
}

export interface TraceDiff {
  /** In the first trace only. */
  missing: OperationStats[];
  /** In the second trace only. */
  added: OperationStats[];
  /** The operation in the second trace, with the first one's median; the greatest factor first. */
  slower: (OperationStats & { beforeUs: number; factor: number })[];
}

/** The differences from `before` to `after`; all lists are empty if there are none. */
export function diffTraces(before: Trace, after: Trace): TraceDiff {
  const [then, now] = [operationsOf(before), operationsOf(after)];
  const slower = [...now].flatMap(([key, operation]) => {
    const beforeUs = then.get(key)?.medianUs;
    if (beforeUs === undefined) return [];
    const isSlower =
      operation.medianUs > beforeUs * SLOWER_FACTOR && operation.medianUs - beforeUs >= MIN_SLOWER_US;
    return isSlower ? [{ ...operation, beforeUs, factor: operation.medianUs / Math.max(beforeUs, 1) }] : [];
  });
  return {
    missing: [...then].filter(([key]) => !now.has(key)).map(([, operation]) => operation),
    added: [...now].filter(([key]) => !then.has(key)).map(([, operation]) => operation),
    slower: slower.sort((a, b) => b.factor - a.factor),
  };
}

function operationsOf({ spans }: Trace): Map<string, OperationStats> {
  const groups = Map.groupBy(spans, ({ service, kind, name }) => JSON.stringify([service, kind, name]));
  return new Map([...groups].map(([key, group]) => [key, toOperation(group)]));
}

function toOperation(spans: Span[]): OperationStats {
  const durations = spans.map((span) => span.durationUs).sort((a, b) => a - b);
  const middle = Math.floor(durations.length / 2);
  const upper = durations[middle] ?? 0;
  const medianUs = durations.length % 2 ? upper : ((durations[middle - 1] ?? 0) + upper) / 2;
  const { service = '', kind = 'internal', name = '' } = spans[0] ?? {};
  return { service, kind, name, count: spans.length, medianUs };
}
