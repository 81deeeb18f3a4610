// Reads other traces of the same time, which may contain a lost far side.
import { checkEdges, type Edge } from '../edges.ts';
import { fetchTracesOf } from '../jaeger.ts';
import { type Trace, timeOf } from '../trace.ts';

/** How many traces to read for each service. */
export const MAX_OTHERS = 100;
/** The far side may start this long before the trace, by its own clock, and this long after its end, in µs. */
const BEFORE_US = 1_000_000;
const AFTER_US = 60_000_000;

export interface FindOptions {
  signal?: AbortSignal;
  /** Services to search in addition to those of broken edges. */
  services?: readonly string[];
  /** Traces to read for each service; `MAX_OTHERS` by default. */
  limit?: number;
}

/**
 * The newest traces of the services that broken edges lead to, from the time of this trace and shortly after.
 * @throws Error like `fetchTraces`
 */
export async function findOthers(
  tracesUrl: string,
  trace: Trace,
  edges: readonly Edge[],
  { signal, services = [], limit = MAX_OTHERS }: FindOptions = {},
): Promise<Trace[]> {
  const hops = checkEdges(trace, edges);
  const broken = edges.filter((edge, n) => !edge.inOtherTrace && !hops[n]?.ok).map(({ to }) => to.service);
  const time = timeOf(trace);
  if (!time) return [];
  const window = { startUs: time.startUs - BEFORE_US, endUs: time.endUs + AFTER_US };
  const search = { limit, ...window, ...(signal && { signal }) };
  const found = await fetchTracesOf(tracesUrl, [...new Set([...broken, ...services])], search);
  return found.filter(({ traceId }) => traceId !== trace.traceId);
}
