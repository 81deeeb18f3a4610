import type { Attempts } from '../src/lesson.ts';

const STOCK = 'const stock = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];';
const SET = 'propagation.setGlobalPropagator(new CompositePropagator({ propagators: stock }));';
const BAGGAGE = "propagation.createBaggage({ 'customer.email': { value: 'reader@example.org' } })";

export const attempts: Attempts = {
  right: {
    'the propagator of the preload': [
      ['propagation.disable();', ''],
      [SET, 'void CompositePropagator;'],
    ],
    'no baggage in the context of the call': [
      [
        'const response = await fetch(',
        'const bare = propagation.deleteBaggage(context.active());\n    const response = await context.with(bare, fetch, undefined, ',
      ],
    ],
  },
  cheats: {
    'no propagator': [[SET, '']],
    'the trace context alone': [[STOCK, STOCK.replace(', new W3CBaggagePropagator()', '')]],
    'no baggage': [[BAGGAGE, 'propagation.createBaggage()']],
    'no call': [
      [
        "const response = await fetch(new URL('/model/amazon.nova-lite-v1:0/converse', endpoints.bedrock)",
        "const response = await fetch(new URL('/healthz', endpoints.bedrock)",
      ],
      ["method: 'POST',\n      headers", "method: 'POST',\n      redirect: 'error',\n      headers"],
    ],
  },
};
