// New traces, each told of once: when it has stopped growing, since a verdict on half a trace is worth nothing.
import { checkWhole } from './edges.ts';
import type { Trace } from './trace.ts';

/** A trace that got no span for so long, in ms, has stopped growing. */
export const QUIET_MS = 3_000;
/** But one without its root, or with parents that are missing, is waited for longer: a span is sent when it ends. */
export const UNFINISHED_MS = 30_000;
/** So many traces that were told of are remembered; by then the oldest are in no answer of the store any more. */
const MAX_REMEMBERED = 100_000;

export interface Newcomers {
  /** Takes what was read at `nowMs`, and answers the traces that are due, in the order in which they were first seen. */
  settled(read: readonly Trace[], nowMs: number): Trace[];
  /** The ids of those that are not due yet: a busy store may name them no more among its newest. */
  growing(): string[];
}

/** Remembers what it was shown, up to `remembered` traces; one for each time that somebody watches. */
export function settledTraces(remembered = MAX_REMEMBERED): Newcomers {
  const told = new Set<string>();
  const pending = new Map<string, { trace: Trace; changedMs: number }>();

  function note(trace: Trace, nowMs: number): void {
    if (told.has(trace.traceId)) return;
    const known = pending.get(trace.traceId);
    const grew = known?.trace.spans.length !== trace.spans.length;
    pending.set(trace.traceId, { trace, changedMs: known && !grew ? known.changedMs : nowMs });
  }

  function remember(traceId: string): void {
    pending.delete(traceId);
    told.add(traceId);
    const [oldest] = told;
    if (told.size > remembered && oldest) told.delete(oldest);
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
