// Reads other traces: linked ones, and those of the same time, which may contain a lost far side. A trace store follows links in
// neither direction: linked traces are read by id, linking traces have to be searched.

import { absentLink, checkEdges, type Edge } from './edges.ts';
import { fetchServices, fetchTrace, fetchTracesOf, type ReadOptions } from './jaeger.ts';
import { label } from './selector.ts';
import { indexSpans } from './span-index.ts';
import { type Span, type SpanRef, type Trace, timeOf, uniqueTraces } from './trace.ts';

/** How many other traces to read in each direction. */
export const MAX_RELATED_TRACES = 20;

/** The other trace's id: on the root of a trace that it caused, and on an event of a span that only links to it. */
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
 * Reads the traces related to this one. Linking traces name it as an attribute of their root, or of an event of the linking span, and
 * are found in the whole search range of the store. Those of other programs do not, and are found only among the newest traces of the
 * same time.
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

/**
 * The ids of the linked traces that the store does not have: tail sampling dropped them, they expired, or a store in memory was
 * restarted. Traces beyond `MAX_RELATED_TRACES` were not read and do not count.
 */
export function absentTraces(trace: Trace, linked: readonly Trace[]): Set<string> {
  const found = linked.filter(({ spans }) => spans.length > 0).map(({ traceId }) => traceId);
  return new Set(linkedTraceIds(trace, found));
}

/** One sentence per link to a span that its trace, which is in the store, does not have. */
export function brokenLinks(trace: Trace, linked: readonly Trace[]): string[] {
  const present = [trace, ...linked].filter(({ spans }) => spans.length > 0);
  const index = indexSpans(present.flatMap(({ spans }) => spans));
  const ids = new Set(present.map(({ traceId }) => traceId));
  return sentences(trace, (span, link) => {
    if (!ids.has(link.traceId) || index.get(link)) return undefined;
    const where = link.traceId === trace.traceId ? 'this trace' : `trace ${link.traceId}`;
    return `${label(span)} links to span ${link.spanId} of ${where}, which does not have it`;
  });
}

/** One sentence per span and linked trace that is absent. */
export const absentLinks = (trace: Trace, absent: ReadonlySet<string>): string[] =>
  sentences(trace, (span, { traceId }) => (absent.has(traceId) ? absentLink(span, traceId) : undefined));

const sentences = (
  { spans }: Trace,
  sentence: (span: Span, link: SpanRef) => string | undefined,
): string[] => [
  ...new Set(spans.flatMap((span) => span.links.flatMap((link) => sentence(span, link) ?? []))),
];

const linkedIds = ({ spans }: Trace) =>
  new Set(spans.flatMap(({ links }) => links.map(({ traceId }) => traceId)));
