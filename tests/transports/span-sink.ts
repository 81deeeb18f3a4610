// A trace store for the transport tests: receives OTLP/JSON and keeps parents, links and flags unchanged.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
/** Time for a span to arrive, in ms. */
const SPAN_DEADLINE_MS = 10_000;

export interface SunkSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  /** `kind name`, as in `server POST /carry`. */
  label: string;
  links: { traceId: string; spanId: string; traceState?: string }[];
}

export interface SpanSink extends AsyncDisposable {
  url: string;
  /** Resolves to the span of this id when it arrives; rejects after a timeout. */
  find(spanId: string): Promise<SunkSpan>;
}

export async function startSpanSink(): Promise<SpanSink> {
  const spans = new Map<string, SunkSpan>();
  const arrivals = new EventTarget();
  const server = createServer(async (request, response) => {
    for (const span of spansOf((await json(request)) as Export)) spans.set(span.spanId, span);
    arrivals.dispatchEvent(new Event('arrival'));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async find(spanId) {
      const signal = AbortSignal.timeout(SPAN_DEADLINE_MS);
      for (;;) {
        const span = spans.get(spanId);
        if (span) return span;
        await once(arrivals, 'arrival', { signal }).catch((error: unknown) => {
          throw new Error(`span ${spanId} was never exported`, { cause: error });
        });
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Export {
  resourceSpans: { scopeSpans: { spans: (Omit<SunkSpan, 'label'> & { kind: number; name: string })[] }[] }[];
}

function spansOf({ resourceSpans }: Export): SunkSpan[] {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ traceId, spanId, parentSpanId = '', kind, name, links = [] }) => ({
      traceId,
      spanId,
      parentSpanId,
      label: `${KINDS[kind]} ${name}`,
      links,
    }));
}
