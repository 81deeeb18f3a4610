// Reads other traces: linked ones, and those of the same time, which may contain a lost far side. A trace store follows links in
// neither direction: linked traces are read by id, linking traces have to be searched.

import { checkEdges, type Edge } from './edges.ts';
import { fetchServices, fetchTrace, fetchTracesOf, type ReadOptions } from './jaeger.ts';
import { label } from './selector.ts';
import { indexSpans } from './span-index.ts';
import { type Trace, timeOf, uniqueTraces } from './trace.ts';

/** How many other traces to read in each direction. */
export const MAX_RELATED_TRACES = 20;

/** The attribute on the root of a trace that another trace caused: the other trace's id. */
const CAUSE = 'mesh.link.trace_id';

export interface RelatedTraces {
  /** The traces that this one links to, if the store has them. */
  linked: Trace[];
  /** The traces with a span that links to this one. */
  linking: Trace[];
  /** All traces of the same time that were read, including the linking ones. */
  others: Trace[];
}

/**
 * Reads the traces related to this one. Traces that this one caused are found by an attribute of their root, in the whole
 * search range of the store. A trace that only links here, such as a batch receive, has no such attribute and is found only
 * among the newest traces of the same time.
 * @throws Error when the trace store does not answer; the signal's reason when aborted
 */
export async function readRelatedTraces(
  tracesUrl: string,
  trace: Trace,
  options: ReadOptions = {},
): Promise<RelatedTraces> {
  const services = await fetchServices(tracesUrl, options);
  const search = { ...options, limit: MAX_RELATED_TRACES, attributes: { [CAUSE]: trace.traceId } };
  const [linked, others, caused] = await Promise.all([
    readLinked(tracesUrl, trace, options),
    findOthers(tracesUrl, trace, [], { ...options, services }),
    fetchTracesOf(tracesUrl, services, search),
  ]);
  return arrange(trace, linked, [...others, ...caused]);
}

/** How many traces to read for each service. */
export const MAX_OTHERS = 100;
/** The far side may start this long before the trace, by its own clock, and this long after its end, in µs. */
const BEFORE_US = 1_000_000;
const AFTER_US = 60_000_000;

export interface FindOptions extends ReadOptions {
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
  { services = [], limit = MAX_OTHERS, signal }: FindOptions = {},
): Promise<Trace[]> {
  const hops = checkEdges(trace, edges);
  const broken = edges.filter((edge, n) => !edge.inOtherTrace && !hops[n]?.ok).map(({ to }) => to.service);
  const time = timeOf(trace);
  if (!time) return [];
  const window = { startUs: time.startUs - BEFORE_US, endUs: time.endUs + AFTER_US };
  const search = { limit, ...window, signal };
  const found = await fetchTracesOf(tracesUrl, [...new Set([...broken, ...services])], search);
  return found.filter(({ traceId }) => traceId !== trace.traceId);
}

/** The traces that this one links to, if the store has them. */
export async function readLinked(
  tracesUrl: string,
  trace: Trace,
  options: ReadOptions = {},
): Promise<Trace[]> {
  const found = await Promise.all(linkedTraceIds(trace).map((id) => fetchTrace(tracesUrl, id, options)));
  return found.flatMap((other) => other ?? []);
}

/** Sorts traces that were read into linking and other traces. */
export function arrange(trace: Trace, linked: Trace[], read: readonly Trace[]): RelatedTraces {
  const others = uniqueTraces(read).filter(({ traceId }) => traceId !== trace.traceId);
  const linking = others.filter((other) => linkedIds(other).has(trace.traceId)).slice(0, MAX_RELATED_TRACES);
  return { linked, linking, others };
}

/** The other traces that this one links to, without the known ones; at most `MAX_RELATED_TRACES`. */
export function linkedTraceIds(trace: Trace, known: readonly string[] = []): string[] {
  const ids = linkedIds(trace);
  for (const id of [trace.traceId, ...known]) ids.delete(id);
  return [...ids].slice(0, MAX_RELATED_TRACES);
}

/** Whether the other trace caused this one: then this one has to be whole as well. */
export const isCausedBy = (trace: Trace, cause: Trace): boolean =>
  trace.spans.some((span) => !span.parentSpanId && span.attributes[CAUSE] === cause.traceId);

/** One sentence per link to a span that is not in the store. Traces beyond `MAX_RELATED_TRACES` were not read and do not count. */
export function brokenLinks(trace: Trace, linked: readonly Trace[]): string[] {
  const index = indexSpans([trace, ...linked].flatMap(({ spans }) => spans));
  const looked = new Set([trace.traceId, ...linkedTraceIds(trace)]);
  const sentences = trace.spans.flatMap((span) =>
    span.links
      .filter((link) => looked.has(link.traceId) && !index.get(link))
      .map(({ traceId, spanId }) => {
        const where = traceId === trace.traceId ? 'this trace' : `trace ${traceId}`;
        return `${label(span)} links to span ${spanId} of ${where}, which is not in the store`;
      }),
  );
  return [...new Set(sentences)];
}

const linkedIds = ({ spans }: Trace) =>
  new Set(spans.flatMap(({ links }) => links.map(({ traceId }) => traceId)));
