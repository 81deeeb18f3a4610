import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { anyContext, anyJson, anyText, awkwardNames, mangled } from '../arbitraries.fixture.ts';
import { extractContext, injectContext } from '../context/carrier.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { startTestTracing } from '../testing.ts';
import {
  EnvelopeError,
  envelopeCodec,
  fromTraceContext,
  jsonCodec,
  TraceContext,
  toTraceContext,
} from './envelope.ts';

const tracing = startTestTracing();
afterAll(() => tracing[Symbol.asyncDispose]());

const names = fc.oneof(fc.string({ minLength: 1, maxLength: 64 }), awkwardNames);
const encoded = fc
  .tuple(names, anyJson, anyContext)
  .map(([type, data, ctx]) => String(jsonCodec.encode({ type, data }, injectContext(ctx))));

/** The decoded message, or the code of the error. */
function read(bytes: Buffer, codec = jsonCodec) {
  try {
    return codec.decode(bytes);
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
}

describe('any envelope', () => {
  it('keeps type, data and the context of a trace', () => {
    fc.assert(
      fc.property(names, anyJson, anyContext, (type, data, ctx) => {
        const carrier = injectContext(ctx);
        const there = jsonCodec.decode(Buffer.from(jsonCodec.encode({ type, data }, carrier)));
        expect(there).toEqual({ type, data, carrier: carrier.traceparent ? carrier : {} });
      }),
      { numRuns: 300 },
    );
  });

  it('that is malformed is refused with the documented error, or read into the documented shape', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          mangled(encoded),
          anyText,
          anyJson.map((json) => JSON.stringify(json)),
        ),
        (text) => {
          const message = read(Buffer.from(text));
          if (typeof message === 'string') return void expect(message).toBe('malformed');
          expect(message.type.length).toBeGreaterThan(0);
          expect(message.type.length).toBeLessThanOrEqual(64);
          for (const value of Object.values(message.carrier)) expect(typeof value).toBe('string');
          expect(injectContext(extractContext(message.carrier)).traceparent).toBe(
            message.carrier.traceparent?.replace(/..$/, (bits) => `0${Number.parseInt(bits, 16) & 3}`),
          );
        },
      ),
      { numRuns: 500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('beyond the limit is refused before it is parsed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(64), (bytes, max) => {
        const answer = read(Buffer.from(bytes), envelopeCodec(max));
        expect(answer === 'too_large').toBe(bytes.length > max);
      }),
    );
  });

  it('with a context of any shape loses at most the context', () => {
    fc.assert(
      fc.property(anyJson, (trace_context) => {
        const message = read(Buffer.from(JSON.stringify({ type: 't', trace_context, data: 1 })));
        expect(message).toMatchObject({ type: 't', data: 1 });
      }),
    );
  });

  it.each(['[', '{"a":', '"', '\\', ' '])('takes time in proportion to its length: %j', (piece) => {
    const shape = (n: number) => `{"type":"t","data":${piece.repeat(n)}`;
    expect(growthOf((text) => read(Buffer.from(text)), shape)).toBeLessThan(MAX_GROWTH);
  });

  it('nested as deep as its limit allows is read, or refused, like any other', () => {
    const deep = (n: number) => Buffer.from(`{"type":"t","data":${'['.repeat(n)}${']'.repeat(n)}}`);
    expect(read(deep(10_000))).toMatchObject({ type: 't' });
    expect(read(deep(500_000))).toMatchObject({ type: 't' });
  });
});

describe('the context of any envelope', () => {
  it('is the same after conversion to a carrier and back', () => {
    fc.assert(
      fc.property(anyContext, (ctx) => {
        const carrier = injectContext(ctx);
        const written = toTraceContext(carrier);
        expect(fromTraceContext(written)).toEqual(carrier.traceparent ? carrier : {});
        if (written) expect(TraceContext.parse(written)).toEqual(written);
      }),
    );
  });
});
