// The formats of OTEL_PROPAGATORS.
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyText } from '../arbitraries.fixture.ts';
import { meshPropagator } from './propagator.ts';
import { admitContext, UNTRUSTED } from './trust.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const parent = { traceId, spanId, traceFlags: 1, isRemote: true };

const CARRIERS: Record<string, Record<string, string>> = {
  tracecontext: { traceparent: `00-${traceId}-${spanId}-01` },
  b3: { b3: `${traceId}-${spanId}-1` },
  b3multi: { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-sampled': '1' },
  jaeger: { 'uber-trace-id': `${traceId}:${spanId}:0:01` },
  xray: { 'x-amzn-trace-id': `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1` },
};
const extract = (formats: string, carrier: object) =>
  meshPropagator(formats).extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
function inject(formats: string, ctx = trace.setSpanContext(ROOT_CONTEXT, parent)) {
  const carrier: Record<string, string> = {};
  meshPropagator(formats).inject(ctx, carrier, defaultTextMapSetter);
  return carrier;
}

it.each(Object.entries(CARRIERS))(
  '%s is read and written with its name in the list, and ignored without',
  (name, carrier) => {
    expect(trace.getSpanContext(extract(name, carrier))).toMatchObject(parent);
    expect(inject(name)).toMatchObject(carrier);
    const others = Object.keys(CARRIERS).filter(
      (other) => other !== name && !(other.startsWith('b3') && name.startsWith('b3')),
    );
    expect(trace.getSpanContext(extract(others.join(), carrier))).toBeUndefined();
  },
);

it('of two formats in a carrier the last in the list gives the parent', () => {
  const carrier = { ...CARRIERS.b3, traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
  const parentOf = (formats: string) => trace.getSpanContext(extract(formats, carrier))?.traceId;
  expect([parentOf('b3,tracecontext'), parentOf('tracecontext,b3')]).toEqual(['1'.repeat(32), traceId]);
});

it('the MCP context is carried beside any format', () => {
  expect(meshPropagator('b3').fields()).toContain('x-mcp-tenant-id');
});

it('none reads and writes nothing', () => {
  const carrier = Object.assign({}, ...Object.values(CARRIERS));
  expect(extract('none', carrier)).toBe(ROOT_CONTEXT);
  expect(inject('none')).toEqual({});
});

it('the baggage of a caller outside the mesh is limited by the allow-list in the format of Jaeger, too', () => {
  const ctx = extract('jaeger', { ...CARRIERS.jaeger, 'uberctx-secret': '1' });
  expect(propagation.getBaggage(ctx)?.getEntry('secret')?.value).toBe('1');
  expect(propagation.getBaggage(admitContext(ctx, UNTRUSTED))?.getEntry('secret')).toBeUndefined();
});

it.each(['ottrace', 'b3,w3c', 'none,b3', 'constructor', ','])('the list %s is refused by name', (formats) => {
  expect(() => meshPropagator(formats)).toThrow(`OTEL_PROPAGATORS: ${formats} is not supported`);
});

it('no value of a header raises an error or makes an invalid parent', () => {
  const headers = fc.dictionary(
    fc.constantFrom(...Object.values(CARRIERS).flatMap(Object.keys), 'uberctx-a', 'x-b3-flags'),
    fc.oneof(anyText, fc.stringMatching(/^[0-9a-f:;=-]{0,80}$/)),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.keys(CARRIERS), { minLength: 1 }), headers, (formats, carrier) => {
      const found = trace.getSpanContext(extract(formats.join(), carrier));
      if (found) expect([found.traceId, found.spanId].join()).toMatch(/^[0-9a-f]{32},[0-9a-f]{16}$/);
    }),
  );
});
