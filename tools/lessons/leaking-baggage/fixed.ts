// A shop calls a service of the mesh, which needs the customer, then a model provider over plain HTTP; the Bedrock double stands in
// for a third party. Which headers does it get?
import { context, propagation } from '@opentelemetry/api';
import { createHttpClient } from '@trace-mesh/tracing/http';
import { meshPropagator } from '@trace-mesh/tracing/propagator';
import { beginTrace } from '../src/program.ts';

propagation.disable();
propagation.setGlobalPropagator(meshPropagator()); // ← injects only for the mesh's origins

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
