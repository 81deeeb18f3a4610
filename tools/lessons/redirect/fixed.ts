// A shop asks a service of the mesh, which redirects to a third party. It traces its calls by hand, as where no instrumentation covers
// the client. Which headers does the third party get?
import { context, propagation, SpanKind } from '@opentelemetry/api';
import { injectContext } from '@trace-mesh/tracing/carrier';
import { withSpan } from '@trace-mesh/tracing/span';
import { beginTrace } from '../src/program.ts';

const baggage = propagation.createBaggage({ 'customer.email': { value: 'reader@example.org' } });

/** The span of a POST. */
const posting = ({ href, hostname, port }: URL) => ({
  kind: SpanKind.CLIENT,
  attributes: {
    'http.request.method': 'POST',
    'url.full': href,
    'server.address': hostname,
    'server.port': Number(port),
  },
});

await beginTrace(async ({ at, runId, signal }) => {
  const url = new URL('/suggestions', at);
  const content = [{ text: `Which wine goes with fish? (${runId})` }];
  const body = JSON.stringify({ messages: [{ role: 'user', content }] });
  const json = { 'content-type': 'application/json' };

  await context.with(propagation.setBaggage(context.active(), baggage), () =>
    withSpan('POST', posting(url), async (span) => {
      const headers = { ...json, ...injectContext() };
      const moved = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' }); // ← follows none
      const target = new URL(moved.headers.get('location') ?? '', url);
      const response = await fetch(target, { method: 'POST', headers: json, body, signal });
      span.setAttribute('http.response.status_code', response.status);
      await response.json();
    }),
  );
});
