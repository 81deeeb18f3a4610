// Finds a batch item whose span holds the work of another item. Every parent is an item, so the edges hold.
import type { Edge } from '../edges.ts';
import { label, matches } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, diagnosis } from './types.ts';

/** One diagnosis for each item that has another item's work beside its own. */
export function inAnotherItem(trace: Trace, edges: readonly Edge[]): Diagnosis[] {
  const index = indexSpans(trace.spans);
  const reported = new Set<Span>();
  return edges.flatMap((edge) => {
    const items = trace.spans.filter(
      (span) => matches(span, edge.from) && span.attributes['mesh.batch.index'] !== undefined,
    );
    const workOf = (item: Span) => index.childrenOf(item).filter((child) => matches(child, edge.to));
    const idle = items.find((item) => workOf(item).length === 0);
    const busy = items.find((item) => workOf(item).length > 1);
    // A failed item has no work and a retried one has more: only both together are a mistake.
    if (!idle || !busy || reported.has(busy)) return [];
    reported.add(busy);
    const work = workOf(busy);
    const [one, other] = [busy, idle].map((item) => `item ${item.attributes['mesh.batch.index']}`);
    const text =
      `${work.length} spans '${edge.to.name}' (${edge.to.service}) are children of ${label(busy)}, ${one}, and ${other} ` +
      "has none: they ran in the wrong item's context";
    return [diagnosis({ cause: 'item-outside-its-span', row: edge.row, text }, [busy, idle, ...work])];
  });
}
