// Waits for a trace: spans arrive in batches from many processes, so the verdict is final when the trace is whole, or at the
// deadline.
import { setTimeout as delay } from 'node:timers/promises';
import { checkEdges, checkWhole, type Edge, type Hop } from './edges.ts';
import { fetchTrace } from './jaeger.ts';
import { linkedTraceIds } from './links.ts';
import type { Trace } from './trace.ts';

const POLL_MS = 150;

export interface Verdict {
  /** The last state read; without spans if the store does not have the trace. */
  trace: Trace;
  /** The other traces that were read. */
  related: readonly Trace[];
  hops: Hop[];
  /** Why it is not one whole trace (see `checkWhole`). */
  problems: string[];
  /** All hops hold and the trace is whole. */
  ok: boolean;
}

export interface WaitOptions {
  timeoutMs: number;
  /** Gives up when no further span arrived for this long, in ms; by default, and before the first span, only at `timeoutMs`. */
  quietMs?: number;
  /** Called with the trace each time it was read. */
  onTrace?: (trace: Trace) => void;
  signal?: AbortSignal | undefined;
  /** Further traces that the scenario started; they must be whole too. */
  relatedTraceIds?: readonly string[];
  /** Other traces need not be there, as behind a tail sampler; default false. */
  mayBeAbsent?: boolean;
}

/**
 * Reads the trace until every edge holds, it is whole and has stopped growing, or until a deadline.
 * @throws Error when the trace store does not answer until the deadline; the signal's reason when aborted
 */
export async function waitForTrace(
  tracesUrl: string,
  traceId: string,
  edges: readonly Edge[],
  options: WaitOptions,
): Promise<Verdict> {
  const { timeoutMs, quietMs = timeoutMs, signal, relatedTraceIds = [], mayBeAbsent, onTrace } = options;
  const deadline = Date.now() + timeoutMs;
  let grownAt = Date.now();
  const read = async (id: string): Promise<Trace> => {
    for (;;) {
      try {
        return (await fetchTrace(tracesUrl, id, { signal })) ?? { traceId: id, spans: [] };
      } catch (error) {
        // A store that is restarted answers again: its silence says nothing about the trace.
        signal?.throwIfAborted();
        if (Date.now() >= deadline) throw error;
        await delay(POLL_MS, undefined, { signal });
        grownAt = Date.now();
      }
    }
  };
  const leadsToOtherTrace = edges.some((edge) => edge.inOtherTrace);
  let spansBefore = -1;
  for (;;) {
    const trace = await read(traceId);
    onTrace?.(trace);
    const begun = await Promise.all(relatedTraceIds.map(read));
    const linked = leadsToOtherTrace ? linkedTraceIds(trace, relatedTraceIds) : [];
    const related = { begun, linked: await Promise.all(linked.map(read)) };
    const verdict = judge(trace, edges, related, mayBeAbsent);
    // A trace that still grows may get a span that breaks an edge.
    const spans = [trace, ...begun].reduce((sum, each) => sum + each.spans.length, 0);
    if (verdict.ok && spans === spansBefore) return verdict;
    if (spans !== spansBefore || spans === 0) grownAt = Date.now();
    if (Date.now() >= Math.min(deadline, grownAt + quietMs)) return verdict;
    spansBefore = spans;
    await delay(POLL_MS, undefined, { signal });
  }
}

/**
 * The verdict on a trace as it is. Related traces that the scenario started must be whole as well. With `mayBeAbsent` a related trace
 * without spans is no fault, and an edge that leads to it is unproven.
 */
export function judge(
  trace: Trace,
  edges: readonly Edge[],
  related: { begun?: readonly Trace[]; linked?: readonly Trace[] } = {},
  mayBeAbsent = false,
): Verdict {
  const { begun = [], linked = [] } = related;
  const without = mayBeAbsent ? [...begun, ...linked].filter(({ spans }) => spans.length === 0) : [];
  const absent = new Set(without.map(({ traceId }) => traceId));
  const hops = checkEdges(trace, edges, [...begun, ...linked], absent);
  const problems = [trace, ...begun.filter(({ traceId }) => !absent.has(traceId))].flatMap(checkWhole);
  return {
    trace,
    related: [...begun, ...linked],
    hops,
    problems,
    ok: problems.length === 0 && hops.every((hop) => hop.ok),
  };
}
