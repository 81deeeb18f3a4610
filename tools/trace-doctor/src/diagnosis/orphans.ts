// Spans whose parent never arrived: somebody between the two was not recorded.
import type { Edge } from '../edges.ts';
import { label } from '../selector.ts';
import { indexSpans } from '../span-index.ts';
import type { Span, Trace } from '../trace.ts';
import { type Diagnosis, refTo } from './words.ts';

/** One diagnosis for each service whose spans hang in the air. */
export function orphaned(trace: Trace, edges: readonly Edge[]): Diagnosis[] {
  const index = indexSpans(trace.spans);
  const orphans = trace.spans.filter((span) => span.parentSpanId && !index.parentOf(span));
  const root = trace.spans.find((span) => !span.parentSpanId);
  const byService = Map.groupBy(orphans, (span) => span.service);
  return [...byService.values()].map((spans) => tell(spans, root, missingServices(trace, edges)));
}

/** The services that edges name and that left no span in the trace. */
export function missingServices(trace: Trace, edges: readonly Edge[]): string[] {
  const seen = new Set(trace.spans.map((span) => span.service));
  const named = edges.filter((edge) => !edge.elsewhere).flatMap(({ from, to }) => [from.service, to.service]);
  return [...new Set(named)].filter((service) => !seen.has(service));
}

function tell(orphans: Span[], root: Span | undefined, missing: string[]): Diagnosis {
  // The far side of a hop has its parent in another service; any other span has it in its own.
  const afar = orphans.filter(({ kind }) => kind === 'server' || kind === 'consumer');
  const [first] = afar.length > 0 ? afar : orphans;
  const named = `${first && label(first)} names parent ${first?.parentSpanId}, which never arrived`;
  const spans = orphans.map(refTo);
  if (!root) {
    return {
      cause: 'never-arrived',
      text: `${named}: whoever began the trace sends its spans elsewhere, or nowhere`,
      spans,
    };
  }
  if (afar.length === 0) {
    const text = `${named}: a span of ${first?.service} that never ended, or was dropped before it could be sent`;
    return { cause: 'never-arrived', text, spans };
  }
  const between = missing.length > 0 ? missing.join(' and ') : 'a service between them';
  const text =
    `${named}, though the trace was recorded where it began, at ${label(root)}: ${between} left its own spans out, as a ` +
    'sampler does that decides by itself instead of by its parent';
  return { cause: 'sampler-ignores-its-parent', text, spans: [refTo(root), ...spans] };
}
