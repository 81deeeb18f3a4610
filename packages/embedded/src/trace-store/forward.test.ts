import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHeaders } from './forward.ts';

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const values = fc
  .string({ unit: fc.constantFrom(...'ab 19=,;%"\\é'), minLength: 1, maxLength: 12 })
  .map((text) => text.trim());
const SECRET = 'zz9secret';

describe('OTEL_EXPORTER_OTLP_HEADERS', () => {
  it('is read as W3C baggage is written', () => {
    expect(parseHeaders('api-key=a%20b, x=1=2')).toEqual({ 'api-key': 'a b', x: '1=2' });
    fc.assert(
      fc.property(fc.dictionary(names, values), (headers) => {
        const pairs = Object.entries(headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const text = pairs.join(' , ');
        expect(parseHeaders(text)).toEqual(headers);
      }),
    );
  });

  it.each(['key=100%', 'key=%0d%0ax: 1', 'a b=1', '=1', 'key=%ff'])(
    'is refused by name and place for %j',
    (pair) => {
      expect(() => parseHeaders(`first=1,${pair}`)).toThrow(
        'OTEL_EXPORTER_OTLP_HEADERS: pair 2 is no header',
      );
    },
  );

  it('gives headers that can be sent, or one error that shows no value', () => {
    const pairs = fc.array(
      fc.oneof(
        fc.string(),
        fc.string({ unit: 'binary' }),
        fc.tuple(names, fc.string()).map((pair) => pair.join('=')),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(pairs, (parts) => {
        try {
          const headers = parseHeaders([...parts, `key=${SECRET}%0`].slice(parts.length % 2).join(','));
          expect([...new Headers(headers).keys()].length).toBeLessThanOrEqual(Object.keys(headers).length);
        } catch (error) {
          expect((error as Error).message).toMatch(/^OTEL_EXPORTER_OTLP_HEADERS: pair \d+ is no header$/);
        }
      }),
      { numRuns: 50 },
    );
  });
});
