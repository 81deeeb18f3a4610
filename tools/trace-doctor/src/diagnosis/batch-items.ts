// A batch in which one item's span holds the work of another: every parent is an item, so no edge can tell.
import type { Edge } from '../edges.ts';
import { label, matches } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, refTo } from './words.ts';

/** One diagnosis for each item that has its neighbour's work as well as its own. */
export function inAnotherItem(trace: Trace, edges: readonly Edge[]): Diagnosis[] {
  const index = indexSpans(trace.spans);
  const told = new Set<Span>();
  return edges.flatMap((edge) => {
    const items = trace.spans.filter(
      (span) => matches(span, edge.from) && span.attributes['mesh.batch.index'] !== undefined,
    );
    const workOf = (item: Span) => index.childrenOf(item).filter((child) => matches(child, edge.to));
    const idle = items.find((item) => workOf(item).length === 0);
    const busy = items.find((item) => workOf(item).length > 1);
    // An item that failed has no work, and one that tries again has more: only both together are a mistake.
    if (!idle || !busy || told.has(busy)) return [];
    told.add(busy);
    const work = workOf(busy);
    const [one, other] = [busy, idle].map((item) => `item ${item.attributes['mesh.batch.index']}`);
    const text =
      `${work.length} spans '${edge.to.name}' (${edge.to.service}) are children of ${label(busy)}, ${one}, and ${other} ` +
      "has none: they were done in the wrong item's context";
    return [{ cause: 'item-outside-its-span' as const, text, spans: [busy, idle, ...work].map(refTo) }];
  });
}
