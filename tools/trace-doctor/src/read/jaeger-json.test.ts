import { expect, it } from 'vitest';
import { readFileOf } from './read.fixture.ts';

const TRACE_ID = 'aaaaaaaaaaaaaaaa';
const base = {
  traceID: TRACE_ID,
  spanID: 'b7ad6b71692033',
  operationName: 'consume',
  startTime: 1_700_000_000_000_000,
  duration: 5,
  processID: 'p1',
};
const documentOf = (span: Record<string, unknown>, tags: unknown[] = []) => ({
  data: [
    {
      traceID: TRACE_ID,
      spans: [{ ...base, ...span }],
      processes: { p1: { serviceName: 'stock', tags } },
    },
  ],
});
const read = (...args: Parameters<typeof documentOf>) => readFileOf(documentOf(...args)).spans[0];
const reference = (refType: string, spanID: string) => ({ refType, traceID: TRACE_ID, spanID });
const tag = (key: string, value: unknown) => ({ key, value });

it('64-bit trace ids, and span ids without leading zeros, are padded', () => {
  expect(read({})).toMatchObject({ traceId: `0000000000000000${TRACE_ID}`, spanId: '00b7ad6b71692033' });
});

it('the first CHILD_OF is the parent, all other references are links', () => {
  const references = [
    reference('FOLLOWS_FROM', '1111111111111111'),
    reference('CHILD_OF', '2222222222222222'),
    reference('CHILD_OF', '3333333333333333'),
  ];
  const span = read({ references });
  expect(span?.parentSpanId).toBe('2222222222222222');
  expect(span?.links.map(({ spanId }) => spanId)).toEqual(['1111111111111111', '3333333333333333']);
});

it('FOLLOWS_FROM alone is a link of an OpenTelemetry span, and the parent of an OpenTracing span', () => {
  const references = [reference('FOLLOWS_FROM', '1111111111111111')];
  const [linked, child] = [
    read({ references }, [tag('telemetry.sdk.name', 'opentelemetry')]),
    read({ references }),
  ];
  expect(linked).not.toHaveProperty('parentSpanId');
  expect(linked?.links).toHaveLength(1);
  expect(child).toMatchObject({ parentSpanId: '1111111111111111', links: [] });
});

it('the tags of the process are the resource, and the scope’s tags are the scope', () => {
  const span = read({ tags: [tag('otel.library.name', 'net/http')] }, [tag('host.name', 'a')]);
  expect(span).toMatchObject({
    resource: { 'service.name': 'stock', 'host.name': 'a' },
    scope: { name: 'net/http' },
    attributes: {},
  });
});

it.each([
  [true, { code: 'ERROR' }],
  ['true', { code: 'ERROR' }],
  [false, undefined],
])('OpenTracing’s tag error=%j is the status', (value, status) => {
  expect(read({ tags: [tag('error', value)] })?.status).toEqual(status);
});

it('the sampled bit of a span’s flags is read; without it nothing is known', () => {
  expect(read({ flags: 1 })?.sampled).toBe(true);
  expect(read({ flags: 0 })).not.toHaveProperty('sampled');
});

it('a trace that Jaeger cut at its largest size is counted as left out', () => {
  const warning = 'trace has more than 20 spans, showing first 20 spans only';
  expect(readFileOf(documentOf({ warnings: ['clock skew', warning] })).leftOut).toEqual([
    {
      what: 'spans of traces that the store cut',
      first: `spans.json: trace 0000000000000000${TRACE_ID}: ${warning}`,
    },
  ]);
});
