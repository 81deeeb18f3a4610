// A shop calls a service of the mesh, which needs the customer, then a model provider over plain HTTP; the Bedrock double stands in
// for a third party. Which headers does it get?
import { context, propagation } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { createHttpClient } from '@trace-mesh/tracing/http';
import { beginTrace } from '../src/program.ts';

propagation.disable();
const stock = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]; // ← inject into requests to every host
propagation.setGlobalPropagator(new CompositePropagator({ propagators: stock }));

const baggage = propagation.createBaggage({ 'customer.email': { value: 'reader@example.org' } });

await beginTrace(async ({ endpoints, runId, at, signal }) => {
  await context.with(propagation.setBaggage(context.active(), baggage), async () => {
    await createHttpClient(at)({ method: 'POST', path: '/visits', signal });
    const content = [{ text: `Which wine goes with fish? (${runId})` }];
    const response = await fetch(new URL('/model/amazon.nova-lite-v1:0/converse', endpoints.bedrock), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content }] }),
      signal,
    });
    await response.json();
  });
});
