// From a trace to those that link to it, among as many as the embedded store holds: whether all are found, and how long it takes.
import { startMesh } from '@trace-mesh/embedded/mesh';
import { fetchTrace, fetchTraces } from '@trace-mesh/trace-doctor/jaeger';
import { readRelatedTraces } from '@trace-mesh/trace-doctor/links';
import { type Run, table } from './part.ts';
import { median, quantile, round } from './statistics.ts';

/** The spans that the store holds; here each is a trace. */
const TRACES = 100_000;
const BATCH = 5_000;
const SERVICE = 'bench';
const LINKED_TRACE = 'mesh.link.trace_id';
/** Trace n is linked by the traces 2n and 2n + 1, as in a heap. */
const linksOf = (n: number) => [2 * n, 2 * n + 1].filter((other) => other <= TRACES);
const traceIdOf = (n: number) => n.toString(16).padStart(32, '0');
const spanIdOf = (n: number) => n.toString(16).padStart(16, '0');

/** The result of the part `links`. */
export interface Links {
  traces: number;
  /** Traces whose linking traces were searched, and the share of the linking traces that were found. */
  asked: number;
  found: number;
  /** One search by the linked trace's id, and all related traces as the trace doctor reads them; in ms. */
  searchMs: number[];
  relatedMs: number[];
}

/** A root that links to trace n / 2; it names it as an attribute or, if n is odd, in an event, as the mesh does. */
function spanOf(n: number, startNs: bigint) {
  const linked = n >> 1;
  const names = linked > 0 ? [{ key: LINKED_TRACE, value: { stringValue: traceIdOf(linked) } }] : [];
  const time = String(startNs + BigInt(n) * 1_000n);
  return {
    ...{ traceId: traceIdOf(n), spanId: spanIdOf(n), name: 'work', kind: 1 },
    ...{ startTimeUnixNano: time, endTimeUnixNano: time },
    attributes: n % 2 ? [] : names,
    events: n % 2 ? [{ timeUnixNano: time, name: 'link', attributes: names }] : [],
    links: linked > 0 ? [{ traceId: traceIdOf(linked), spanId: spanIdOf(linked) }] : [],
  };
}

async function store(url: string): Promise<void> {
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: SERVICE } }] };
  for (let first = 1; first <= TRACES; first += BATCH) {
    const spans = Array.from({ length: BATCH }, (_, index) => spanOf(first + index, startNs));
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`the trace store answered ${response.status}`);
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

export async function run({ quick, say, port }: Run): Promise<Links> {
  const mesh = await startMesh({ only: ['trace-store'], basePort: port, onProgress: say });
  await using _ = { [Symbol.asyncDispose]: () => mesh.stop() };
  const url = mesh.endpoints.traces;
  await store(url);
  // From the oldest trace to the newest; the newer half is linked by none.
  const step = Math.floor(TRACES / (quick ? 20 : 100));
  const asked = Array.from({ length: TRACES / step }, (_, index) => 1 + index * step);
  const searchMs: number[] = [];
  const relatedMs: number[] = [];
  let [expected, found] = [0, 0];
  for (const n of asked) {
    const trace = await fetchTrace(url, traceIdOf(n));
    if (!trace) throw new Error(`the trace store has lost trace ${n} of ${TRACES}`);
    const attributes = { [LINKED_TRACE]: trace.traceId };
    const search = await timed(() => fetchTraces(url, SERVICE, { limit: 20, attributes }));
    const related = await timed(() => readRelatedTraces(url, trace));
    searchMs.push(search.ms);
    relatedMs.push(related.ms);
    const ids = new Set(related.result.linking.map(({ traceId }) => traceId));
    const searched = new Set(search.result.map(({ traceId }) => traceId));
    const wanted = linksOf(n).map(traceIdOf);
    expected += wanted.length;
    found += wanted.filter((id) => ids.has(id) && searched.has(id)).length;
    if (ids.size + searched.size > 2 * wanted.length)
      throw new Error(`a trace that does not link to trace ${n} was found`);
  }
  return { traces: TRACES, asked: asked.length, found: found / expected, searchMs, relatedMs };
}

export const failed = ({ found }: Links): boolean => found < 1;

export function print({ traces, asked, found, searchMs, relatedMs }: Links): string {
  const times = (ms: number[]) => `${round(median(ms))} ms, ${round(quantile(ms, 1))} ms`;
  const rows: [string, string][] = [
    ['traces in the store', traces.toLocaleString('en')],
    ['traces asked for', `${asked}`],
    ['linking traces found', `${round(found * 100, 2)} %`],
    ['one search: median, longest', times(searchMs)],
    ['all related traces: median, longest', times(relatedMs)],
  ];
  return table({ links: ([name]) => name, figure: ([, figure]) => figure }, rows);
}
