// Reports each new trace once, when it has stopped growing: a verdict on half a trace is worthless.
import { checkWhole } from './edges.ts';
import type { Trace } from './trace.ts';

/** A trace without a new span for this long, in ms, has stopped growing. */
export const QUIET_MS = 3_000;
/** A trace without its root, or with missing parents, gets this long, in ms: a span is exported when it ends. */
export const UNFINISHED_MS = 30_000;
/** How many reported trace ids to remember; older ones have left the store's results. */
const MAX_REMEMBERED = 100_000;

export interface SettledTraces {
  /** Takes what was read at `nowMs` and returns the settled traces, in the order in which they were first seen. */
  settled(read: readonly Trace[], nowMs: number): Trace[];
  /** The ids of traces that are still growing: a busy store may no longer list them among its newest. */
  growing(): string[];
}

/** Remembers up to `remembered` traces; make one for each watch. */
export function settledTraces(remembered = MAX_REMEMBERED): SettledTraces {
  const reported = new Set<string>();
  const pending = new Map<string, { trace: Trace; changedMs: number }>();

  function note(trace: Trace, nowMs: number): void {
    if (reported.has(trace.traceId)) return;
    const known = pending.get(trace.traceId);
    const grew = known?.trace.spans.length !== trace.spans.length;
    pending.set(trace.traceId, { trace, changedMs: known && !grew ? known.changedMs : nowMs });
  }

  function remember(traceId: string): void {
    pending.delete(traceId);
    reported.add(traceId);
    const [oldest] = reported;
    if (reported.size > remembered && oldest) reported.delete(oldest);
  }

  return {
    settled(read, nowMs) {
      for (const trace of read) note(trace, nowMs);
      const due = [...pending.values()].filter(({ trace, changedMs }) => {
        const quietMs = nowMs - changedMs;
        return quietMs >= UNFINISHED_MS || (quietMs >= QUIET_MS && checkWhole(trace).length === 0);
      });
      for (const { trace } of due) remember(trace.traceId);
      return due.map(({ trace }) => trace);
    },
    growing: () => [...pending.keys()],
  };
}
