import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeaders } from './forward.ts';

// Any code points; the unit 'binary' of fast-check takes a second to build.
const anyCodePoints = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) });
const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const values = fc
  .string({ unit: fc.constantFrom(...'ab 19=,;%"\\é'), minLength: 1, maxLength: 12 })
  .map((text) => text.trim());
const SECRET = 'zz9secret';

function outcomeOf(work: () => Record<string, string>): Record<string, string> | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

describe('OTEL_EXPORTER_OTLP_HEADERS', () => {
  it('is parsed as W3C baggage', () => {
    expect(parseHeaders('api-key=a%20b, x=1=2')).toEqual({ 'api-key': 'a b', x: '1=2' });
    fc.assert(
      fc.property(fc.dictionary(names, values), (headers) => {
        const pairs = Object.entries(headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const text = pairs.join(' , ');
        expect(parseHeaders(text)).toEqual(headers);
      }),
    );
  });

  it.each(['key=100%', 'key=a%0d%0ab: 1', 'a b=1', '=1', 'key=%ff'])(
    'with the invalid pair %j is rejected with variable and position',
    (pair) => {
      expect(() => parseHeaders(`first=1,${pair}`)).toThrow(
        'OTEL_EXPORTER_OTLP_HEADERS: pair 2 is not a valid header',
      );
    },
  );

  it('gives headers that fetch can send, or an error that contains no value', () => {
    const pairs = fc.array(
      fc.oneof(
        fc.string(),
        anyCodePoints,
        fc.tuple(names, fc.string()).map((pair) => pair.join('=')),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(pairs, (parts) => {
        const text = [...parts, `key=${SECRET}%0`].slice(parts.length % 2).join(',');
        const outcome = outcomeOf(() => parseHeaders(text));
        if (outcome instanceof Error) {
          expect(outcome.message).toMatch(/^OTEL_EXPORTER_OTLP_HEADERS: pair \d+ is not a valid header$/);
        } else {
          expect(Object.values(outcome).join('')).not.toMatch(/[\0\r\n]|[^\0-\xff]/);
        }
      }),
      { numRuns: 50 },
    );
  });
});
