// A span as one line of text without ids, times and values, to compare what two versions of the mesh record.
import { indexSpans } from '@trace-mesh/trace-doctor/span-index';
import type { Span, Trace } from '@trace-mesh/trace-doctor/trace';

/** Ids and numbers, which differ from run to run, or depend on how often something was retried. */
const VARIABLE = /[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\d+/g;

/** Whether a pool opened a connection, which depends on the time. */
const isConnect = ({ name }: Span) => /^(pg\.)?connect$/.test(name);

/**
 * One line for each span of `traces`: `service kind name < parent | attribute keys | events | links | status`. The targets of
 * links are among `stored`.
 */
export function spanShapes(traces: readonly Trace[], stored: readonly Trace[]): string[] {
  const index = indexSpans(stored.flatMap((trace) => trace.spans));
  const title = (span: Span | undefined) =>
    span ? `${span.service} ${span.kind} ${span.name.replaceAll(VARIABLE, '#')}` : '-';
  return traces
    .flatMap((trace) => trace.spans)
    .filter((span) => !isConnect(span))
    .map((span) =>
      [
        `${title(span)} < ${title(index.parentOf(span))}`,
        Object.keys(span.attributes).toSorted().join(' '),
        span.events.map((event) => event.name).join(' '),
        [...new Set(span.links.map((link) => title(index.get(link))))].join(', '),
        span.status?.code ?? '',
      ].join(' | '),
    );
}
