import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span, Trace } from '../trace.ts';
import { readBytes } from './formats.ts';
import { Reading } from './reading.ts';
import { jaeger, otlp, otlpProtobuf, zipkin } from './written.fixture.ts';

const START_US = 1_764_316_800_000_000;
const id = (digits: number) =>
  fc.bigInt({ min: 1n, max: 16n ** BigInt(digits) - 1n }).map((n) => n.toString(16).padStart(digits, '0'));
const word = fc.stringMatching(/^[a-z][a-z ]{0,8}$/);
/** Names that no convention has. */
const attributes = fc.dictionary(fc.stringMatching(/^own\.[a-z]{1,6}$/), word);
const made = fc.record({
  kind: fc.constantFrom<Span['kind'][]>('server', 'client', 'producer', 'consumer', 'internal'),
  name: word,
  service: fc.constantFrom('shop', 'stock'),
  parent: fc.nat({ max: 6 }),
  durationUs: fc.nat({ max: 1e9 }),
  attributes,
  event: fc.option(fc.record({ name: word, attributes })),
  link: fc.option(fc.record({ traceId: id(32), spanId: id(16) })),
  status: fc.constantFrom<Span['status'][]>(
    undefined,
    { code: 'OK' },
    { code: 'ERROR' },
    { code: 'ERROR', message: 'no stock' },
  ),
  traceState: fc.constantFrom(undefined, 'vendor=1'),
});

/** A span's parent is one that was made before it. */
const trace = fc
  .tuple(
    id(32),
    fc.uniqueArray(id(16), { minLength: 6, maxLength: 6 }),
    fc.array(made, { minLength: 1, maxLength: 6 }),
  )
  .map(([traceId, ids, all]): Trace => {
    const spans = all.map(({ parent, event, link, status, traceState, ...rest }, n): Span => {
      const startUs = START_US + n * 1000;
      return {
        ...rest,
        traceId,
        spanId: ids[n] ?? '',
        ...(parent < n && { parentSpanId: ids[parent] ?? '' }),
        links: link ? [link] : [],
        startUs,
        events: event ? [{ ...event, timeUs: startUs + 1 }] : [],
        ...(status && { status }),
        resource: { 'service.name': rest.service, 'host.name': 'a' },
        scope: { name: 'http', version: '1' },
        ...(traceState && { traceState }),
        sampled: true,
      };
    });
    return { traceId, spans };
  });

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
/** The collector's file exporter writes the length of each message before it. */
const withLengths = (...messages: Buffer[]) =>
  Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(message.length);
      return [length, message];
    }),
  );

const readBack = (bytes: Buffer) => {
  const reading = new Reading();
  readBytes(bytes, 'file', reading);
  expect(reading.leftOut).toEqual([]);
  return reading.traces();
};

const COMPLETE: Record<string, (spans: Span[]) => Buffer> = {
  'OTLP/JSON': (spans) => json(otlp(spans)),
  'OTLP/JSON printed over several lines': (spans) => Buffer.from(JSON.stringify(otlp(spans), null, 2)),
  'lines of OTLP/JSON': (spans) =>
    Buffer.from(spans.map((span) => `${JSON.stringify(otlp([span]))}\n`).join('')),
  'UTF-16': (spans) => Buffer.from(`\ufeff${JSON.stringify(otlp(spans))}`, 'utf16le'),
  gzip: (spans) => gzipSync(json(otlp(spans))),
  'Tempo’s answer': (spans) => json({ trace: otlp(spans, 'base64') }),
  'Tempo’s older answer': (spans) => json({ batches: otlp(spans, 'base64').resourceSpans }),
  'OTLP/protobuf': otlpProtobuf,
  'protobuf messages with lengths': (spans) => withLengths(...spans.map((span) => otlpProtobuf([span]))),
  'compressed protobuf messages': (spans) => withLengths(gzipSync(otlpProtobuf(spans))),
  'Jaeger’s answer': (spans) => json(jaeger(spans)),
  'a list of Jaeger’s traces': (spans) => json(jaeger(spans).data),
  'one of Jaeger’s traces': (spans) => json(jaeger(spans).data[0]),
};

describe.each(Object.entries(COMPLETE))('a trace written as %s', (_, write) => {
  it('is read back whole', () => {
    fc.assert(
      fc.property(trace, (given) => {
        expect(readBack(write(given.spans))).toEqual([given]);
      }),
      { numRuns: 30 },
    );
  });
});

it('a trace written as Zipkin’s JSON is read back without what Zipkin has no place for', () => {
  const inZipkin = ({ sampled: _, resource: __, ...span }: Span) => ({
    ...span,
    links: [],
    resource: { 'service.name': span.service },
  });
  fc.assert(
    fc.property(trace, ({ traceId, spans }) => {
      const written = zipkin(spans);
      for (const document of [written, [written]])
        expect(readBack(json(document))).toEqual([{ traceId, spans: spans.map(inZipkin) }]);
    }),
    { numRuns: 30 },
  );
});
