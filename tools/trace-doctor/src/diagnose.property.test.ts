import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import type { Edge } from './edges.ts';
import type { Span, Trace } from './trace.ts';

const traceId = (n: number) => String(n).repeat(32);
const ids = fc.constantFrom('1', '2', '3', '4', '5', '6');
const spans = fc.record({
  spanId: ids,
  parentSpanId: fc.option(ids, { nil: undefined }),
  kind: fc.constantFrom('client', 'server', 'producer', 'consumer', 'internal') as fc.Arbitrary<Span['kind']>,
  service: fc.constantFrom('a', 'b'),
  name: fc.constantFrom('x', 'y'),
  startUs: fc.nat(20_000),
  durationUs: fc.nat(20_000),
  links: fc.array(fc.record({ traceId: fc.constantFrom(traceId(1), traceId(2)), spanId: ids }), {
    maxLength: 2,
  }),
  attributes: fc.dictionary(
    fc.constantFrom(
      'messaging.message.id',
      'messaging.system.name',
      'http.request.method',
      'mesh.batch.index',
    ),
    fc.oneof(fc.constantFrom('aws.sqs', 'websocket', 'm'), fc.nat(3)),
  ),
});
const trace = (n: number): fc.Arbitrary<Trace> =>
  fc.array(spans, { maxLength: 8 }).map((given) => ({
    traceId: traceId(n),
    spans: given.map(({ parentSpanId, ...span }) => ({
      ...span,
      traceId: traceId(n),
      events: [],
      ...(parentSpanId && { parentSpanId }),
    })),
  }));
const selector = spans.map(({ service, kind, name }) => ({ service, kind, name }));
const edges: fc.Arbitrary<Edge[]> = fc.array(
  fc.record({
    from: selector,
    to: selector,
    transport: fc.constantFrom('sqs', 'batch'),
    relation: fc.constantFrom('parent', 'link') as fc.Arbitrary<Edge['relation']>,
    row: fc.nat(26),
  }),
  { maxLength: 4 },
);

it('diagnosis terminates for any traces, with parent cycles too, and reports nothing twice', () => {
  fc.assert(
    fc.property(trace(1), edges, trace(2), trace(3), (subject, expected, ...others) => {
      const found = diagnose({ trace: subject, edges: expected, others });
      const told = found.map((diagnosis) => JSON.stringify(diagnosis));
      expect(new Set(told).size).toBe(told.length);
      for (const { text } of found) expect(text).not.toMatch(/undefined|\n/);
    }),
    { numRuns: 500 },
  );
});
