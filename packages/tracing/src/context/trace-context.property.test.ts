import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyText,
  flags,
  mangled,
  ows,
  spanIds,
  stateMembers,
  traceIds,
  traceparents,
} from '../arbitraries.fixture.ts';
import { growthOf, MAX_GROWTH } from '../sdk/growth.fixture.ts';
import { parseTraceParent, TraceContextPropagator } from './trace-context.ts';

const propagator = new TraceContextPropagator();
const read = (carrier: unknown) => propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
function write(carrier: unknown): Record<string, string> {
  const written = {};
  propagator.inject(read(carrier), written, defaultTextMapSetter);
  return written;
}

describe('any traceparent', () => {
  it('that is valid is read exactly, with any whitespace around it', () => {
    fc.assert(
      fc.property(traceIds, spanIds, flags, ows, ows, (traceId, spanId, bits, before, after) => {
        const header = `${before}00-${traceId}-${spanId}-${bits}${after}`;
        const traceFlags = Number.parseInt(bits, 16);
        expect(parseTraceParent(header)).toEqual({ traceId, spanId, traceFlags, isRemote: true });
        expect(write({ traceparent: header })).toEqual({ traceparent: header.trim() });
      }),
    );
  });

  it('loses unknown flags and the appended fields of a later version', () => {
    const version = fc.integer({ min: 1, max: 0xfe }).map((n) => n.toString(16).padStart(2, '0'));
    fc.assert(
      fc.property(version, traceparents, fc.nat(0xff), fc.string(), (later, valid, bits, more) => {
        const ids = valid.slice(3, 52);
        const header = `${later}-${ids}-${bits.toString(16).padStart(2, '0')}`;
        const kept = { traceparent: `00-${ids}-0${bits & 3}` };
        expect(write({ traceparent: header })).toEqual(kept);
        expect(write({ traceparent: `${header}-${more}` })).toEqual(kept);
      }),
    );
  });

  it('that is malformed is ignored, and any that is read has valid ids', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, mangled(traceparents)), (header) => {
        const span = parseTraceParent(header);
        expect(trace.getSpanContext(read({ traceparent: header }))).toEqual(span);
        if (!span) return;
        expect(span.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
        expect(header).toContain(`-${span.traceId}-${span.spanId}-`);
      }),
      { numRuns: 1_000 },
    );
  });

  it('that is sent twice is ignored', () => {
    fc.assert(
      fc.property(traceparents, traceparents, (one, other) => {
        expect(read({ traceparent: [one, other] })).toBe(ROOT_CONTEXT);
        expect(write({ traceparent: [one] })).toEqual({ traceparent: one });
      }),
    );
  });

  it('keeps its tracestate from any number of headers', () => {
    fc.assert(
      fc.property(
        traceparents,
        fc.uniqueArray(stateMembers, { selector: ([key]) => key, maxLength: 4, minLength: 1 }),
        (traceparent, members) => {
          const list = members.map(([key, value]) => `${key}=${value}`);
          fc.pre(list.join(',').length <= 512);
          expect(write({ traceparent, tracestate: list.join(',') })).toEqual({
            traceparent,
            tracestate: list.join(','),
          });
          expect(write({ traceparent, tracestate: list })).toEqual({
            traceparent,
            tracestate: list.join(','),
          });
        },
      ),
    );
  });

  it.each([
    ['spaces before', (n: number) => `${' '.repeat(n)}x`],
    [
      'spaces behind, and no end',
      (n: number) => `01-${'a'.repeat(32)}-${'b'.repeat(16)}-00-${' '.repeat(n)}\n`,
    ],
    ['dashes', (n: number) => `01-${'a'.repeat(32)}-${'b'.repeat(16)}-00${'-'.repeat(n)}\n`],
  ])('takes time in proportion to its length: %s', (_what, shape) => {
    expect(growthOf(parseTraceParent, shape)).toBeLessThan(MAX_GROWTH);
  });
});
