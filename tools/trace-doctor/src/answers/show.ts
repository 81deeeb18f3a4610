// A trace as a tree, with the traces that it links to and that link to it.
import { z } from 'zod';
import { checkEdges, type Hop } from '../edges.ts';
import { readRelatedTraces } from '../links.ts';
import { type Span, type SpanRef, type Trace, timeOf, uniqueTraces } from '../trace.ts';
import { markOf, treeRows } from '../tree.ts';
import type { Expected } from './expected.ts';
import { Facts, facts, Ref } from './facts.ts';
import type { Store } from './store.ts';

export interface Show {
  trace: Trace;
  linked: Trace[];
  linking: Trace[];
  /** Both, each once. */
  related: Trace[];
  hops: Hop[];
}

const Attributes = z.record(z.string(), z.unknown());
/** A span in a tree. Times are in ms. */
export const Row = z.object({
  depth: z.int().describe('0 for the root'),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  service: z.string(),
  kind: z.string(),
  startMs: z.number().describe('After the first span'),
  durationMs: z.number(),
  error: z.string().optional(),
  hops: z
    .array(z.string())
    .optional()
    .describe('The expected hops that arrive here: ✓, ✗ or ? and the transport'),
  links: z.array(Ref).optional(),
  attributes: Attributes.optional(),
  events: z.array(z.object({ name: z.string(), startMs: z.number(), attributes: Attributes })).optional(),
});

/** The JSON of the tool show_trace. */
export const ShowAnswer = Facts.extend({
  ok: z.literal(true),
  tree: z.array(Row).describe('The spans, each before its children'),
  linked: z.array(Facts).describe('Traces that this one links to'),
  linking: z.array(Facts).describe('Traces that link to this one'),
});

/** Reads a trace with its related ones, and judges its expected hops. Rejects with `NoSuchTrace` if the store does not have it. */
export async function readShow(store: Store, id: string, expected: Pick<Expected, 'edgesOf'>): Promise<Show> {
  const trace = await store.read(id);
  const { linked, linking } = await readRelatedTraces(store.tracesUrl, trace, { signal: store.stop });
  const related = uniqueTraces([...linked, ...linking]);
  return { trace, linked, linking, related, hops: checkEdges(trace, expected.edgesOf(trace), related) };
}

/** The tree as rows; with `details`, attributes and events too. */
export function showAnswer(
  { trace, linked, linking, hops }: Show,
  details: boolean,
): z.infer<typeof ShowAnswer> {
  const { startUs = 0 } = timeOf(trace) ?? {};
  const toRow = (span: Span, depth: number) => rowOf(span, depth, startUs, hops, details);
  return {
    ok: true,
    ...facts(trace),
    tree: treeRows(trace).map(({ span, depth }) => toRow(span, depth)),
    linked: linked.map(facts),
    linking: linking.map(facts),
  };
}

function rowOf(
  span: Span,
  depth: number,
  beginUs: number,
  hops: readonly Hop[],
  details: boolean,
): z.infer<typeof Row> {
  const { spanId, parentSpanId, name, service, kind, status, attributes } = span;
  const after = (us: number) => (us - beginUs) / 1000;
  const arriving = hops.filter((hop) => hop.spanIds.includes(spanId));
  const links = span.links.map(({ traceId, spanId }): SpanRef => ({ traceId, spanId }));
  return {
    depth,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    ...{ name, service, kind, startMs: after(span.startUs), durationMs: span.durationUs / 1000 },
    ...(status?.code === 'ERROR' && { error: status.message || 'error' }),
    ...(arriving.length > 0 && { hops: arriving.map((hop) => `${markOf(hop)} ${hop.transport}`) }),
    ...(links.length > 0 && { links }),
    ...(details && {
      attributes,
      events: span.events.map((event) => ({
        name: event.name,
        startMs: after(event.timeUs),
        attributes: event.attributes,
      })),
    }),
  };
}
