// Seeds a fault into the traces of a shape.
import { indexSpans } from '../../span-index.ts';
import type { Span, Trace } from '../../trace.ts';
import { idOf } from './shape.fixture.ts';

/** What becomes of a span and of all spans below it. */
export type Seed = (span: Span, below: readonly Span[]) => Span[];

/** Applies a seed to the span with this id in the shape. */
export function seed(traces: readonly Trace[], id: string, plant: Seed): Trace[] {
  const spans = traces.flatMap((trace) => trace.spans);
  const broken = spans.find(({ spanId }) => spanId === idOf(id));
  if (!broken) throw new Error(`seed: no span ${id} (use an id of the shape)`);
  const below = indexSpans(spans).below(broken);
  const others = spans.filter((span) => !below.includes(span));
  const left = [...others, ...plant(broken, below.slice(1))];
  return [...Map.groupBy(left, ({ traceId }) => traceId)].map(([traceId, own]) => ({ traceId, spans: own }));
}

export const change =
  (parts: (span: Span) => Partial<Span>): Seed =>
  (span, below) => [{ ...span, ...parts(span) }, ...below];

export const addAttributes = (more: Record<string, unknown>): Seed =>
  change(({ attributes }) => ({ attributes: { ...attributes, ...more } }));

/** Attributes that are undefined are removed. */
export const setResource = (more: Record<string, unknown>): Seed =>
  change(({ resource }) => {
    const all = Object.entries({ ...resource, ...more });
    return { resource: Object.fromEntries(all.filter(([, value]) => value !== undefined)) };
  });

export const lose: Seed = () => [];

/** The spans below stay. */
export const drop: Seed = (_, below) => [...below];

/** The context is lost: the span and what is below it are a trace of their own. */
export const detach: Seed = ({ parentSpanId: _, ...root }, below) => {
  const traceId = 'f'.repeat(32);
  return [root, ...below].map((span) => ({ ...span, traceId }));
};

/** So many more children of the span. */
export const addChildren =
  (count: number, parts: Partial<Span>): Seed =>
  (span, below) => {
    const child = { ...span, parentSpanId: span.spanId, links: [], attributes: {}, ...parts };
    const more = Array.from({ length: count }, (_, n) => ({ ...child, spanId: idOf(`${span.spanId} ${n}`) }));
    return [span, ...below, ...more];
  };
