// Finds baggage that a third party received. No trace store has headers, so the third party has to report them.
import { label } from '../selector.ts';
import type { Trace } from '../trace.ts';
import { type Diagnosis, diagnosis, type ReceivedRequest } from './types.ts';

/** One diagnosis for each address that received baggage with this trace or without a trace. Reports keys, never values. */
export function leakedBaggage(trace: Trace, received: readonly ReceivedRequest[]): Diagnosis[] {
  const leaking = received.filter((request) => {
    const traceId = header(request, 'traceparent')?.split('-')[1];
    return header(request, 'baggage') && (traceId === undefined || traceId === trace.traceId);
  });
  return [...Map.groupBy(leaking, ({ url }) => url)].map(([url, [request]]) => {
    const keys = (request && header(request, 'baggage')?.split(',')) ?? [];
    const names = keys.map((entry) => entry.split('=', 1)[0]?.trim());
    const caller = trace.spans.find(
      (span) => span.kind === 'client' && leadsTo(span.attributes['url.full'], url),
    );
    const by = caller ? ` from ${label(caller)}` : '';
    const text = `${url} received baggage${by} (${names.join(', ')}): it is outside the mesh, and baggage must stay inside`;
    return diagnosis({ cause: 'baggage-left-the-mesh', text }, caller ? [caller] : []);
  });
}

function header({ headers }: ReceivedRequest, name: string): string | undefined {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? found.join(',') : found;
}

/** A third party may report only the path of its address. */
function leadsTo(full: unknown, url: string): boolean {
  if (typeof full !== 'string' || !URL.canParse(full)) return false;
  const wanted = new URL(url, full);
  const asked = new URL(full);
  return wanted.origin === asked.origin && wanted.pathname === asked.pathname;
}
