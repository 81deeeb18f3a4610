// The time that reading takes grows with the spans, not with their square: a ratio within one run, so that no machine is too slow.
import { expect, it } from 'vitest';
import { FACTOR, growthOf, MAX_GROWTH } from '../growth.fixture.ts';
import { makeSpan } from '../spans.fixture.ts';
import { readFileOf } from './read.fixture.ts';
import { jaeger, otlp, otlpProtobuf, zipkin } from './written.fixture.ts';

const SHORT = 100;

/** All in one trace, below one span, each pair a client and a server that share their id. */
const spans = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    makeSpan((Math.floor(n / 2) + 1).toString(16).padStart(16, '0'), `service ${n % 2}`, {
      kind: n % 2 ? 'server' : 'client',
      startUs: n,
      attributes: { 'http.method': 'GET' },
      ...(n > 1 && { parentSpanId: '1'.padStart(16, '0') }),
    }),
  );

it.each([
  ['Jaeger’s JSON', jaeger],
  ['OTLP/JSON', otlp],
  ['OTLP/protobuf', otlpProtobuf],
  ['Zipkin’s JSON', zipkin],
])('one large trace of %s takes as long as as many spans in small traces', (_, write) => {
  const contentOf = (count: number) => {
    const written = write(spans(count));
    return Buffer.isBuffer(written) ? written : JSON.stringify(written);
  };
  const [short, long] = [contentOf(SHORT), contentOf(SHORT * FACTOR)];
  expect(readFileOf(long).spans).toHaveLength(SHORT * FACTOR);
  expect(
    growthOf(
      () => readFileOf(long),
      () => readFileOf(short),
    ),
  ).toBeLessThan(MAX_GROWTH);
});
