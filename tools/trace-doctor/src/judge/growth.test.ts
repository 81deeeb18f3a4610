// The time that a judgement takes grows with the spans, not with their square: a ratio within one run, so that no machine is too slow.
import { expect, it } from 'vitest';
import { FACTOR, growthOf, MAX_GROWTH } from '../growth.fixture.ts';
import { makeSpan } from '../spans.fixture.ts';
import type { Span, Trace } from '../trace.ts';
import { judge } from './judge.ts';
import { idOf, traceIdOf } from './shapes/shape.fixture.ts';

const SHORT = 150;

/** The nth span of a shape, in a trace of its own or in the one trace. */
type Make = (n: number, parts: Partial<Span>) => Span;
const span = (n: number, parts: Partial<Span>): Span =>
  makeSpan(idOf(`span ${n}`), 'shop', { startUs: n * 1000, traceId: traceIdOf(`trace ${n}`), ...parts });
const inOne = { traceId: traceIdOf('one'), parentSpanId: idOf('span 0') };
const request = {
  'http.request.method': 'GET',
  'url.path': '/a',
  'url.full': 'http://b/a',
  'server.address': 'b',
};
const message = { 'messaging.system.name': 'kafka', 'messaging.destination.name': 'orders' };

/** What may be compared pair by pair: each is the worst case of a rule. */
const SHAPES: Record<string, Make> = {
  'children of one span': (n) => span(n, n > 0 ? inOne : { traceId: inOne.traceId }),
  'orphans of as many services': (n) =>
    span(n, { ...inOne, parentSpanId: idOf(`lost ${n}`), service: `s${n}` }),
  'requests, each with a root that it may have reached': (n) =>
    span(n, { kind: n % 2 ? 'server' : 'client', attributes: request, durationUs: 10_000_000 }),
  'messages, each with a root that may have received it': (n) =>
    span(n, { kind: n % 2 ? 'consumer' : 'producer', attributes: message }),
  'links to nothing, from a resource each': (n) =>
    span(n, {
      links: [{ traceId: inOne.traceId, spanId: idOf('no') }],
      resource: { 'service.instance.id': 'one', 'host.id': `h${n}` },
    }),
  'names with a number': (n) => span(n, { ...inOne, name: `job ${n}` }),
};

const tracesOf = (make: Make, count: number): Trace[] => {
  const spans = Array.from({ length: count }, (_, n) => make(n, {}));
  return [...Map.groupBy(spans, ({ traceId }) => traceId)].map(([traceId, own]) => ({ traceId, spans: own }));
};

it.each(Object.entries(SHAPES))('many %s take as long as as many in small parts', (_, make) => {
  const [short, long] = [tracesOf(make, SHORT), tracesOf(make, SHORT * FACTOR)];
  expect(
    growthOf(
      () => judge(long),
      () => judge(short),
    ),
  ).toBeLessThan(MAX_GROWTH);
});
