// Reads linked traces. A trace store follows links in neither direction: linked traces are read by id, linking traces have
// to be searched.

import { findOthers } from './diagnosis/others.ts';
import { fetchServices, fetchTrace, fetchTracesOf } from './jaeger.ts';
import { label } from './selector.ts';
import { indexSpans } from './span-index.ts';
import { type Trace, uniqueTraces } from './trace.ts';

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
  options: { signal?: AbortSignal } = {},
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

/** The traces that this one links to, if the store has them. */
export async function readLinked(
  tracesUrl: string,
  trace: Trace,
  options: { signal?: AbortSignal } = {},
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
