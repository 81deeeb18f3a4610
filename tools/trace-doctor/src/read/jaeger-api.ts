// Jaeger's query API.
import { fetchServices, fetchTraces } from '../jaeger.ts';
import type { Reading } from './reading.ts';
import type { StoreSearch } from './search.ts';

/**
 * Adds the newest traces of one or each service, at most `limit` of each.
 * @throws Error like `fetchTraces`
 */
export async function readJaeger(url: string, search: StoreSearch, into: Reading): Promise<void> {
  const { service, limit, startUs, endUs, request } = search;
  const services = service === undefined ? await fetchServices(url, request) : [service];
  const seen = new Set<string>();
  for (const name of services) {
    const traces = await fetchTraces(url, name, { ...request, limit, startUs, endUs });
    if (traces.length >= limit) into.leaveOut(`older traces of ${name}, beyond --limit`, url);
    for (const { traceId, spans } of traces) {
      if (seen.has(traceId)) continue;
      seen.add(traceId);
      for (const span of spans) into.add(span, () => `${url}: trace ${traceId}, span ${span.spanId}`);
    }
  }
}
