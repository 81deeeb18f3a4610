// WebSocket messages that are children of their connection, without an edge that names their sender.
import { indexSpans } from '../span-index.ts';
import type { Trace } from '../trace.ts';
import { isBelowConnection } from './far-side.ts';
import { staleConnection } from './lost-cause.ts';
import { type Diagnosis, diagnosis } from './types.ts';

/** One diagnosis for each service and kind of message, except spans that `reported` already names. */
export function staleMessages(trace: Trace, reported: readonly Diagnosis[]): Diagnosis[] {
  const index = indexSpans(trace.spans);
  const known = new Set(reported.flatMap(({ spans }) => spans.map(({ spanId }) => spanId)));
  const stale = trace.spans.filter(
    (span) => !known.has(span.spanId) && isBelowConnection(span, index.parentOf(span)),
  );
  return [...Map.groupBy(stale, ({ service, name }) => `${service} ${name}`).values()].flatMap((messages) => {
    const [first] = messages;
    const connection = first && index.parentOf(first);
    if (!connection) return [];
    return [diagnosis(staleConnection(undefined, first, connection), [connection, ...messages])];
  });
}
