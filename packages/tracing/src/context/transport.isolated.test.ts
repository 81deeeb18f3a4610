// Which transport a wrapped propagator finds in the context of each injection.
import { context, defaultTextMapSetter, propagation } from '@opentelemetry/api';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { carryContext } from '../sqs/carrier.ts';
import { startTestTracing } from '../testing.ts';
import { extractContext, injectContext, runInContext } from './carrier.ts';
import { allowOrigin, setDestination } from './egress.ts';
import { decoratePropagator } from './propagator.ts';
import { transportOf } from './transport.ts';

const seen: (string | undefined)[] = [];
decoratePropagator((inner) => ({
  inject(ctx, carrier, setter) {
    seen.push(transportOf(ctx));
    inner.inject(ctx, carrier, setter);
  },
  extract: (ctx, carrier, getter) => inner.extract(ctx, carrier, getter),
  fields: () => inner.fields(),
}));
const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());
beforeEach(() => void seen.splice(0));

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const attributes = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`user-${i}`, { DataType: 'String', StringValue: 'x' }]),
  );
const inject = () => propagation.inject(context.active(), {}, defaultTextMapSetter);

it('a propagator finds the transport that the carrier named, and the carrier is the same', () => {
  const ctx = extractContext({ traceparent });
  const named = runInContext(ctx, () => injectContext('redis'));
  expect([named, injectContext(ctx)]).toEqual([{ traceparent }, { traceparent }]);
  expect(seen).toEqual(['redis', undefined]);
});

it('a propagator finds http in a request to an origin of the mesh, and does not see a request elsewhere', () => {
  allowOrigin('http://inside.example');
  setDestination('http://inside.example/path');
  inject();
  setDestination('http://outside.example/path');
  inject();
  inject();
  expect(seen).toEqual(['http', undefined]);
});

it('a message with ten user attributes is injected as sqs-body, any other as sqs', () => {
  const ctx = extractContext({ traceparent });
  for (const count of [9, 10]) runInContext(ctx, () => carryContext({}, attributes(count)));
  expect(seen.filter(Boolean)).toEqual(['sqs', 'sqs-body']);
});
