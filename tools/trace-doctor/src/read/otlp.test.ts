import { describe, expect, it } from 'vitest';
import { readFileOf } from './read.fixture.ts';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const base = { traceId: TRACE_ID, spanId: 'eee19b7ec3c1b174', name: 'work' };
const request = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const read = (span: Record<string, unknown>) => readFileOf(request({ ...base, ...span })).spans[0];

/** As early JavaScript exporters wrote them. */
const halves = (time: bigint) =>
  JSON.stringify({ low: Number(BigInt.asIntN(32, time)), high: Number(time >> 32n) });

describe('a span of OTLP/JSON', () => {
  it.each([3, 'SPAN_KIND_CLIENT', 'CLIENT'])('of kind %j is a client span', (kind) => {
    expect(read({ kind })?.kind).toBe('client');
  });

  it('of unspecified or no kind is internal', () => {
    expect(read({ kind: 0 })?.kind).toBe('internal');
    expect(read({})?.kind).toBe('internal');
  });

  it.each([2, 'STATUS_CODE_ERROR'])('of status %j has failed', (code) => {
    expect(read({ status: { code, message: 'refused' } })?.status).toEqual({
      ...{ code: 'ERROR', message: 'refused' },
    });
  });

  it.each([
    ['digits', '"1544712660000123456"', '"1544712661000123457"'],
    ['numbers beyond 2⁵³', '1544712660000123456', '1544712661000123457'],
    ['two halves', halves(1544712660000123456n), halves(1544712661000123457n)],
  ])('has its duration to the nanosecond from times as %s', (_, start, end) => {
    const text = JSON.stringify(request({ ...base, startTimeUnixNano: 0, endTimeUnixNano: 1 }))
      .replace('"startTimeUnixNano":0', `"startTimeUnixNano":${start}`)
      .replace('"endTimeUnixNano":1', `"endTimeUnixNano":${end}`);
    const [span] = readFileOf(text).spans;
    expect(span?.durationUs).toBe(1_000_000.001);
    expect(span?.startUs).toBe(1_544_712_660_000_123.5);
  });

  it('keeps text that looks like a time as it is', () => {
    const name = 'a "timeUnixNano": 12';
    expect(read({ name, startTimeUnixNano: 1 })?.name).toBe(name);
  });

  it('has base64 ids and the ids of an upper-case writer in lower-case hex', () => {
    const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
    const span = read({ traceId: base64(TRACE_ID), spanId: base64(base.spanId) });
    expect(span).toMatchObject({ traceId: TRACE_ID, spanId: base.spanId });
    expect(read({ traceId: TRACE_ID.toUpperCase() })?.traceId).toBe(TRACE_ID);
  });

  it.each(['', '0000000000000000', null, undefined])('without a parent (%j) is a root', (parentSpanId) => {
    expect(read({ parentSpanId })).not.toHaveProperty('parentSpanId');
  });

  it('has attributes of each type, and an integer beyond 2⁵³ as digits', () => {
    const values = {
      text: { stringValue: '' },
      flag: { boolValue: false },
      count: { intValue: '42' },
      number: { intValue: 42 },
      large: { intValue: '9007199254740993' },
      ratio: { doubleValue: 0.5 },
      bytes: { bytesValue: 'AAE=' },
      list: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } },
      none: { arrayValue: {} },
      map: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } },
      empty: {},
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key: `own.${key}`, value }));
    expect(read({ attributes })?.attributes).toEqual({
      'own.text': '',
      'own.flag': false,
      'own.count': 42,
      'own.number': 42,
      'own.large': '9007199254740993',
      'own.ratio': 0.5,
      'own.bytes': 'AAE=',
      'own.list': [1, 'b'],
      'own.none': [],
      'own.map': { a: true },
      'own.empty': null,
    });
  });

  it.each([
    [0x101, true],
    [0x100, false],
    [1, true],
    [0, undefined],
    [undefined, undefined],
  ])('with flags %j has sampled %j: 0 may be a writer that does not know flags', (flags, sampled) => {
    expect(read({ flags })?.sampled).toBe(sampled);
  });
});

it('the instrumentation library of OTLP before 0.15 is the scope', () => {
  const instrumentationLibrary = { name: 'io.opentelemetry.tomcat', version: '1.0' };
  const document = {
    resourceSpans: [{ instrumentationLibrarySpans: [{ instrumentationLibrary, spans: [base] }] }],
  };
  expect(readFileOf(document).spans[0]?.scope).toEqual(instrumentationLibrary);
});

it('logs and metrics in a file of the collector, and spans without a valid id, are counted as left out', () => {
  const lines = [
    { resourceLogs: [{}, {}] },
    { resourceMetrics: [{}] },
    request(base, { ...base, spanId: '' }, { ...base, traceId: '0'.repeat(32) }),
  ].map((line) => JSON.stringify(line));
  const { spans, leftOut } = readFileOf(lines.join('\n'));
  expect(spans).toHaveLength(1);
  expect(leftOut).toEqual([
    { what: 'entries of resourceLogs', count: 2, first: 'spans.json:1' },
    { what: 'entries of resourceMetrics', count: 1, first: 'spans.json:2' },
    {
      what: 'spans without a valid id',
      count: 2,
      first: 'spans.json:3: resourceSpans.0.scopeSpans.0.spans.1',
    },
  ]);
});

it('a span that an exporter sent twice is read once, and counted', () => {
  const { spans, leftOut } = readFileOf(request(base, base));
  expect(spans).toHaveLength(1);
  expect(leftOut).toMatchObject([{ what: 'spans that were read twice', count: 1 }]);
});
