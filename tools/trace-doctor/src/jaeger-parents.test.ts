// Which span of a Jaeger trace is the parent of another.
import { expect, it } from 'vitest';
import { body, span, store, TRACE_ID, tag } from './jaeger.fixture.ts';
import { fetchTrace } from './jaeger.ts';

const OTHER_TRACE = 'bbbbbbbbbbbbbbbb';
const follows = (spanID: string, traceID = 'aaaaaaaaaaaaaaaa') => ({
  refType: 'FOLLOWS_FROM',
  traceID,
  spanID,
});
const childOf = (spanID: string, traceID = 'aaaaaaaaaaaaaaaa') => ({ refType: 'CHILD_OF', traceID, spanID });
const A = '00f067aa0ba902b7';
const B = '00f067aa0ba902b8';

it.each([
  ['a FOLLOWS_FROM reference alone is the parent (OpenTracing)', [follows(A)], A, 0],
  ['beside a CHILD_OF reference, FOLLOWS_FROM is a link', [follows(A), childOf(B)], B, 1],
  [
    'a FOLLOWS_FROM reference to another trace is a link, the span is a root',
    [follows(A, OTHER_TRACE)],
    undefined,
    1,
  ],
  [
    'a CHILD_OF reference to another trace is a link, the span is a root',
    [childOf(A, OTHER_TRACE)],
    undefined,
    1,
  ],
  [
    'of references to both, the one within the trace is the parent',
    [childOf(A, OTHER_TRACE), follows(B)],
    B,
    1,
  ],
])('%s', async (_, references, parentSpanId, links) => {
  const { url } = await store(200, body({ ...span, references }));
  const [read] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(read?.parentSpanId).toBe(parentSpanId);
  expect(read?.links).toHaveLength(links);
});

it('a FOLLOWS_FROM reference of an OpenTelemetry span is a link, within its own trace too', async () => {
  const tags = [...span.tags, tag('otel.scope.name', 'shop')];
  const { url } = await store(200, body({ ...span, tags, references: [follows(A)] }));
  const [root] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(root?.parentSpanId).toBeUndefined();
  expect(root?.links).toEqual([{ traceId: TRACE_ID, spanId: A }]);
});

it.each([
  ['span id', 'f067aa0ba902b7', A],
  ['reference', A, 'f067aa0ba902b7'],
])('a %s without its leading zeros matches the padded one', async (_, spanID, referenced) => {
  const first = { ...span, spanID, references: [] };
  const { url } = await store(200, body(first, { ...span, references: [childOf(referenced)] }));
  const [parent, child] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(child?.parentSpanId).toBe(parent?.spanId);
});

it('a Zipkin client and server with one span id become parent and child, and each keeps its own children', async () => {
  const at = (kind: string, processID: string, spanID: string, references: unknown[]) => ({
    ...span,
    ...{
      spanID,
      processID,
      references,
      operationName: `${kind} of ${processID}`,
      tags: [tag('span.kind', kind)],
    },
  });
  const zipkin = {
    data: [
      {
        traceID: 'aaaaaaaaaaaaaaaa',
        spans: [
          at('client', 'p1', A, []),
          at('server', 'p2', A, []),
          at('internal', 'p1', '00000000000000c1', [childOf(A)]),
          at('internal', 'p2', '00000000000000c2', [childOf(A)]),
        ],
        processes: { p1: { serviceName: 'caller' }, p2: { serviceName: 'callee' } },
      },
    ],
  };
  const { url } = await store(200, zipkin);
  const [client, server, ofClient, ofServer] = (await fetchTrace(url, TRACE_ID))?.spans ?? [];
  expect(client).toMatchObject({ spanId: A, service: 'caller' });
  expect(client?.parentSpanId).toBeUndefined();
  expect(server?.parentSpanId).toBe(A);
  expect(server?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(server?.spanId).not.toBe(A);
  expect([ofClient?.parentSpanId, ofServer?.parentSpanId]).toEqual([A, server?.spanId]);
});
