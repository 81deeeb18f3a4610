import { context, propagation, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyCodePoints } from '../arbitraries.fixture.ts';
import { startTestTracing } from '../testing.ts';
import { DEFAULT_BAGGAGE_ALLOW_LIST } from './baggage-allow-list.ts';
import { extractContext, extractFromOutside, injectContext, runInContext } from './carrier.ts';
import { getMcpContext } from './mcp-context.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const [known = ''] = DEFAULT_BAGGAGE_ALLOW_LIST;
const carrier = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03',
  tracestate: 'a=1',
  baggage: `${known}=b,other=1`,
  'x-mcp-tenant-id': 'acme',
};

describe('a carrier', () => {
  it('from inside is kept whole, and written as it was read', () => {
    expect(injectContext(extractContext(carrier))).toEqual(carrier);
  });

  it('from outside keeps its trace and listed baggage, and no tenant', () => {
    const { traceparent, tracestate } = carrier;
    const ctx = extractFromOutside(carrier);
    expect(getMcpContext(ctx)).toBeUndefined();
    expect(injectContext(ctx)).toEqual({ traceparent, tracestate, baggage: `${known}=b` });
  });
});

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

describe('any carrier', () => {
  const anything = fc.oneof(fc.string(), anyCodePoints, fc.anything());
  const fields = fc.constantFrom(
    'traceparent',
    'tracestate',
    'baggage',
    'x-mcp-tenant-id',
    'x-mcp-cost-limit',
  );

  it('is read without an error, and what is then sent is a valid header', () => {
    fc.assert(
      fc.property(fc.dictionary(fields, anything), (broken) => {
        const { traceparent: _, ...rest } = carrier;
        for (const candidate of [broken, { ...carrier, ...broken }, { ...rest, ...broken }]) {
          for (const value of Object.values(injectContext(extractContext(candidate)))) {
            expect(value).toMatch(/^[\x20-\x7e]+$/);
          }
        }
      }),
    );
  });

  it('is the same after writing and reading', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom('00', '01', '02', '03'), (traceId, spanId, flags) => {
        fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId));
        const traceparent = `00-${traceId}-${spanId}-${flags}`;
        expect(injectContext(extractContext({ traceparent }))).toEqual({ traceparent });
      }),
    );
  });

  it('keeps baggage values of any text, lone surrogates replaced', () => {
    fc.assert(
      fc.property(anyCodePoints, (value) => {
        const ctx = propagation.setBaggage(extractContext({}), propagation.createBaggage({ key: { value } }));
        const there = propagation.getBaggage(extractContext(injectContext(ctx)));
        expect(there?.getEntry('key')?.value).toBe(value.toWellFormed());
        expect(trace.getSpanContext(ctx)).toBeUndefined();
      }),
    );
  });
});

describe('runInContext', () => {
  const inTrace = extractContext({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
  const lazily = (started: unknown[]) => ({
    // biome-ignore lint/suspicious/noThenProperty: query builders are thenables.
    then(resolve: (value: string) => void) {
      started.push(trace.getSpanContext(context.active())?.spanId);
      resolve('row');
    },
  });

  it('starts a lazy thenable in the context, once, and resolves to its result', async () => {
    const started: unknown[] = [];
    expect(await runInContext(inTrace, () => lazily(started) as PromiseLike<string>)).toBe('row');
    expect(started).toEqual(['b7ad6b7169203331']);
  });

  it('rejects with what a lazy thenable rejects with', async () => {
    // biome-ignore lint/suspicious/noThenProperty: query builders are thenables.
    const failing = { then: (_: unknown, reject: (error: string) => void) => reject('no row') };
    await expect(runInContext(inTrace, () => failing as PromiseLike<string>)).rejects.toBe('no row');
  });

  it.each([7, null, { row: 1 }, Promise.resolve(1)])('returns %o itself', (value) => {
    expect(runInContext<unknown>(inTrace, () => value)).toBe(value);
  });
});
