import { Metadata } from '@grpc/grpc-js';
import { ROOT_CONTEXT, type TextMapGetter, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meshPropagator } from '../context/propagator.ts';

/** As the instrumentation reads metadata: all values of a key, texts or, for `-bin`, buffers. */
const getter: TextMapGetter<Metadata> = {
  get: (metadata, key) => metadata.get(key) as string[],
  keys: (metadata) => Object.keys(metadata.getMap()),
};
const NAMES = [
  ...['traceparent', 'tracestate', 'baggage', 'x-mcp-tenant-id', 'x-mcp-cost-limit', 'authorization'],
  ...['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'uber-trace-id', 'uberctx-a', 'x-amzn-trace-id'],
];
// The characters that grpc-js takes as a value of metadata.
const value = fc.oneof(
  fc.stringMatching(/^[ -~]{0,80}$/),
  fc.constantFrom(`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, '%', '=', ',;', ':::', 'a=%zz'),
);
const entry = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), value),
  fc.tuple(fc.constant('grpc-trace-bin'), fc.uint8Array({ maxLength: 40 }).map(Buffer.from)),
);

it('any metadata is read without an error, in every format, and gives a valid parent or none', () => {
  const propagator = meshPropagator('tracecontext,baggage,b3,b3multi,jaeger,xray');
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const metadata = new Metadata();
      for (const [key, value] of entries) metadata.add(key, value as string);
      const parent = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, metadata, getter));
      if (parent) expect(`${parent.traceId}-${parent.spanId}`).toMatch(/^[0-9a-f]{32}-[0-9a-f]{16}$/);
    }),
    { numRuns: 300 },
  );
});
