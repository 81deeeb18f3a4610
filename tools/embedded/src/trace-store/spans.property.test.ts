import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spansOf } from './spans.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((some) => Buffer.from(some));
const attributes = fc.array(
  fc.record({
    key: fc.string().filter((key) => key !== 'service.name'),
    value: fc.record({ stringValue: fc.string() }),
  }),
  { maxLength: 3 },
);
const times = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const spans = fc.record({
  traceId: bytes(16),
  spanId: bytes(8),
  parentSpanId: bytes(8).filter((id) => id.some(Boolean)),
  name: fc.string(),
  kind: fc.nat(5),
  start: times,
  end: times,
  attributes,
  code: fc.nat(2),
});
type Given = typeof spans extends fc.Arbitrary<infer T> ? T : never;

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES = ['UNSET', 'OK', 'ERROR'];
/** One span in OTLP's JSON shape: ids as `encoding`, numbers as decimal strings, enums by name or number. */
function request(given: Given[], encoding: 'hex' | 'base64', named: boolean) {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'worker' } }] };
  const all = given.map(({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, code }) => ({
    traceId: traceId.toString(encoding),
    spanId: spanId.toString(encoding),
    parentSpanId: parentSpanId.toString(encoding),
    links: [{ traceId: traceId.toString(encoding), spanId: spanId.toString(encoding) }],
    name,
    kind: named ? `SPAN_KIND_${KINDS[kind]}` : kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes,
    status: { code: named ? `STATUS_CODE_${CODES[code]}` : code },
  }));
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: all }] }] };
}

describe('any OTLP request', () => {
  it('gives the same spans from hex and from base64 ids, without rounding', () => {
    fc.assert(
      fc.property(
        fc.array(spans, { maxLength: 3 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        fc.boolean(),
        (given, encoding, named) => {
          const read = spansOf(JSON.parse(JSON.stringify(request(given, encoding, named))));
          expect(read).toHaveLength(given.length);
          for (const [
            i,
            { traceId, spanId, parentSpanId, start, end, kind, code, name, attributes },
          ] of given.entries()) {
            const ids = { traceId: traceId.toString('hex'), spanId: spanId.toString('hex') };
            expect(read[i]).toMatchObject({
              ...ids,
              parentSpanId: parentSpanId.toString('hex'),
              name,
              kind,
              service: 'worker',
            });
            expect(read[i]).toMatchObject({
              startTimeUnixNano: start,
              endTimeUnixNano: end,
              status: { code },
              attributes,
            });
            expect(read[i]?.links).toMatchObject([ids]);
          }
        },
      ),
    );
  });

  it('of any shape gives spans with ids in lower-case hex, or an error', () => {
    const wire = fc.dictionary(
      fc.constantFrom(
        'traceId',
        'spanId',
        'parentSpanId',
        'name',
        'kind',
        'startTimeUnixNano',
        'links',
        'events',
        'status',
      ),
      fc.jsonValue(),
    );
    const requests = fc.oneof(
      fc.jsonValue(),
      wire.map((span) => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })),
    );
    fc.assert(
      fc.property(requests, (given) => {
        let read: ReturnType<typeof spansOf> = [];
        try {
          read = spansOf(given);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
        for (const { traceId, spanId, startTimeUnixNano } of read) {
          expect(traceId + spanId).toMatch(/^[0-9a-f]*$/);
          expect(typeof startTimeUnixNano).toBe('bigint');
        }
      }),
      { numRuns: 500 },
    );
  });
});
