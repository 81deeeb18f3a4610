// Spans arrive in batches from many processes: a verdict is due when the trace stands whole, or at the deadline.
import { setTimeout as delay } from 'node:timers/promises';
import { checkEdges, checkWhole, type Edge, type Hop } from './edges.ts';
import { fetchTrace } from './jaeger.ts';
import type { Trace } from './trace.ts';

const POLL_MS = 150;

export interface Verdict {
  /** The last state read; without spans when the store never heard of the trace. */
  trace: Trace;
  hops: Hop[];
  /** What keeps it from being one whole trace (see `checkWhole`). */
  problems: string[];
  /** All hops hold and the trace is whole. */
  ok: boolean;
}

/**
 * Reads the trace until every edge holds, it is whole and has stopped growing, or until the deadline.
 * @throws Error when the trace store does not answer; the signal's reason when aborted
 */
export async function waitForTrace(
  tracesUrl: string,
  traceId: string,
  edges: readonly Edge[],
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<Verdict> {
  const deadline = Date.now() + options.timeoutMs;
  const request = options.signal ? { signal: options.signal } : {};
  let spansBefore = -1;
  for (;;) {
    const trace = (await fetchTrace(tracesUrl, traceId, request)) ?? { traceId, spans: [] };
    const verdict = judge(trace, edges);
    // A trace that still grows may yet bring a span that breaks an edge.
    const grown = trace.spans.length !== spansBefore;
    if ((verdict.ok && !grown) || Date.now() >= deadline) return verdict;
    spansBefore = trace.spans.length;
    await delay(POLL_MS, undefined, request);
  }
}

/** The verdict on a trace as it stands. */
export function judge(trace: Trace, edges: readonly Edge[]): Verdict {
  const hops = checkEdges(trace, edges);
  const problems = checkWhole(trace);
  return { trace, hops, problems, ok: problems.length === 0 && hops.every((hop) => hop.ok) };
}
