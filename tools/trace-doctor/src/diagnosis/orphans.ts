// Spans whose parent never arrived: a span between the two was not recorded.
import type { Edge } from '../edges.ts';
import { label, matches } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, diagnosis } from './types.ts';

export function orphaned(trace: Trace, edges: readonly Edge[]): Diagnosis[] {
  const { roots, orphans } = indexSpans(trace.spans);
  const missing = missingServices(trace, edges);
  const byService = Map.groupBy(orphans, (span) => span.service);
  const row = rowInto(trace, edges, missing);
  return [...byService.values()].map((spans) => explain(spans, roots[0], missing, row));
}

/** The row of the first hop from a service that has spans to one that has none. */
function rowInto({ spans }: Trace, edges: readonly Edge[], missing: string[]): number | undefined {
  const into = edges.filter(({ to, inOtherTrace }) => !inOtherTrace && missing.includes(to.service));
  return into.find(({ from }) => spans.some((span) => matches(span, from)))?.row;
}

/** The services that edges name and that have no span in the trace. */
export function missingServices(trace: Trace, edges: readonly Edge[]): string[] {
  const seen = new Set(trace.spans.map((span) => span.service));
  const named = edges
    .filter((edge) => !edge.inOtherTrace)
    .flatMap(({ from, to }) => [from.service, to.service]);
  return [...new Set(named)].filter((service) => !seen.has(service));
}

function explain(
  orphans: Span[],
  root: Span | undefined,
  missing: string[],
  row: number | undefined,
): Diagnosis {
  // The parent of a far side is in another service; any other parent is in the span's own service.
  const afar = orphans.filter(({ kind }) => kind === 'server' || kind === 'consumer');
  const [first] = afar.length > 0 ? afar : orphans;
  const named = `${first && label(first)} names parent ${first?.parentSpanId}, which never arrived`;
  if (!root) {
    const text = `${named}: the service that started the trace exports its spans to another backend, or to none`;
    return diagnosis({ cause: 'never-arrived', text }, orphans);
  }
  if (afar.length === 0) {
    const text = `${named}: a span of ${first?.service} that never ended, or was dropped before export`;
    return diagnosis({ cause: 'never-arrived', text }, orphans);
  }
  const between = missing.length > 0 ? missing.join(' and ') : 'a service between them';
  const text =
    `${named}, although the root ${label(root)} was recorded: ${between} did not record its spans. Its sampler does not ` +
    "follow the parent's decision";
  return diagnosis({ cause: 'sampler-ignores-its-parent', ...(row && { row }), text }, [root, ...orphans]);
}
