// A shop asks a model provider over plain HTTP; the mesh's double of one stands for any third party. What do they get to know?
import { context, propagation } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { beginTrace } from '../src/program.ts';

propagation.disable();
const stock = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]; // ← these ask nobody where it goes
propagation.setGlobalPropagator(new CompositePropagator({ propagators: stock }));

const baggage = propagation.createBaggage({ 'customer.email': { value: 'reader@example.org' } });

await beginTrace(async ({ endpoints, runId, signal }) => {
  await context.with(propagation.setBaggage(context.active(), baggage), async () => {
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
