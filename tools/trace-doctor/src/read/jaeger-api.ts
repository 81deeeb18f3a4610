// Jaeger's query API.
import { fetchServices, fetchTraces } from '../jaeger.ts';
import { addTrace } from './jaeger-json.ts';
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
    for (const trace of traces) {
      if (!seen.has(trace.traceId)) addTrace(trace, url, into);
      seen.add(trace.traceId);
    }
  }
}
