// Links lead from one trace to another, and a trace store follows them in neither direction: what is linked is read by its
// id, and what links here has to be searched.

import { findOthers } from './diagnosis/others.ts';
import { fetchServices, fetchTrace, fetchTraces } from './jaeger.ts';
import { label } from './selector.ts';
import { indexSpans } from './span-index.ts';
import type { Trace } from './trace.ts';

/** How many other traces are read for one verdict, in each direction. */
export const MAX_RELATED_TRACES = 20;

/** On the root of a trace that another one caused: that trace's id. */
const CAUSE = 'mesh.link.trace_id';

export interface RelatedTraces {
  /** The traces that this one links to, as far as the store has them. */
  linked: Trace[];
  /** The traces with a span that links to this one. */
  linking: Trace[];
  /** All traces of the same time that were read, the linking ones among them. */
  others: Trace[];
}

/**
 * Reads the traces around this one. Those that link here are found by the attribute of their root, at any time that the
 * store searches; what only links, as the span of a batch receive, has no such attribute and is found among the newest
 * traces of the same time alone.
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
    Promise.all(services.map((service) => fetchTraces(tracesUrl, service, search))),
  ]);
  return arrange(trace, linked, [...others, ...caused.flat()]);
}

/** The traces that this one links to, as far as the store has them. */
export async function readLinked(
  tracesUrl: string,
  trace: Trace,
  options: { signal?: AbortSignal } = {},
): Promise<Trace[]> {
  const found = await Promise.all(linkedTraceIds(trace).map((id) => fetchTrace(tracesUrl, id, options)));
  return found.flatMap((other) => other ?? []);
}

/** Tells from traces that were read which of them link here. */
export function arrange(trace: Trace, linked: Trace[], read: readonly Trace[]): RelatedTraces {
  const byId = new Map(read.map((other) => [other.traceId, other]));
  byId.delete(trace.traceId);
  const others = [...byId.values()];
  const linking = others.filter((other) => linkedIds(other).has(trace.traceId)).slice(0, MAX_RELATED_TRACES);
  return { linked, linking, others };
}

/** The other traces that the spans of this one link to, but those that are known; at most `MAX_RELATED_TRACES`. */
export function linkedTraceIds(trace: Trace, known: readonly string[] = []): string[] {
  const ids = linkedIds(trace);
  for (const id of [trace.traceId, ...known]) ids.delete(id);
  return [...ids].slice(0, MAX_RELATED_TRACES);
}

/** Whether this trace was begun by the other one: then it has to be whole as well. */
export const isCausedBy = (trace: Trace, cause: Trace): boolean =>
  trace.spans.some((span) => !span.parentSpanId && span.attributes[CAUSE] === cause.traceId);

/** The links that lead nowhere, one sentence each. A trace beyond `MAX_RELATED_TRACES` was not read and is not judged. */
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
