// Edges by link that lead into another trace, which the store has or has not.
import { describe, expect, it } from 'vitest';
import { checkEdges, type Edge } from './edges.ts';
import { linkTo, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const verdict = (edge: Edge, ...spans: Span[]) => checkEdges(makeTrace(...spans), [edge])[0];
const { parentSpanId: _, ...rootless } = processed;

describe('an edge to another trace', () => {
  const edge: Edge = { ...sqsEdge, relation: 'link', inOtherTrace: true };
  const other = 'b'.repeat(32);
  const begun: Span = {
    ...rootless,
    traceId: other,
    links: [{ traceId: send.traceId, spanId: send.spanId }],
  };
  const judge = (...spans: Span[]) => checkEdges(makeTrace(send), [edge], [{ traceId: other, spans }])[0];

  it('holds when a span of another trace links to the near one', () => {
    expect(judge(begun)).toMatchObject({ ok: true, spanIds: ['process'] });
  });

  it('breaks when that span links to nothing, or to the same span id of a third trace', () => {
    expect(judge({ ...begun, links: [] })?.why).toMatch(/has no link/);
    const third = [{ traceId: 'c'.repeat(32), spanId: send.spanId }];
    expect(judge({ ...begun, links: third })?.ok).toBe(false);
  });

  it('does not take a span of this trace for one of another', () => {
    const here = { ...begun, traceId: send.traceId };
    expect(checkEdges(makeTrace(send, here), [edge])[0]?.ok).toBe(false);
  });
});

describe('an edge by link whose other trace is not in the store', () => {
  const absent = 'b'.repeat(32);
  const links = [{ traceId: absent, spanId: 'send' }];
  const judge = (edge: Edge, spans: Span[], related: Span[] = []) =>
    checkEdges(makeTrace(...spans), [edge], [{ traceId: absent, spans: related }], new Set([absent]))[0];
  const unproven = (span: string) =>
    `${span} links to trace ${absent}, which is not in the store: sampled away or expired`;

  it('cannot be judged, and counts as ok', () => {
    const hop = judge({ ...sqsEdge, relation: 'link' }, [{ ...rootless, links }]);
    expect(hop).toMatchObject({ ok: true, unproven: unproven("'process tasks' (worker)") });
    expect(hop).not.toHaveProperty('why');
  });

  it('cannot be judged if the far span is in that trace', () => {
    const edge: Edge = { ...sqsEdge, relation: 'link', inOtherTrace: true };
    expect(judge(edge, [{ ...send, links }])?.unproven).toBe(unproven("'send tasks' (rest-api)"));
  });

  it('cannot be judged if only the far span of another sender is in the store', () => {
    const edge: Edge = { ...sqsEdge, relation: 'link', inOtherTrace: true };
    const resent: Edge = { ...edge, from: { ...edge.from, service: 'agent' } };
    const other = { ...send, spanId: 'resent', service: 'agent' };
    const received = { ...rootless, traceId: 'c'.repeat(32), links: [linkTo(other)] };
    const judgeBoth = (span: Span) =>
      checkEdges(
        makeTrace({ ...send, links }, other),
        [edge, resent],
        [{ traceId: span.traceId, spans: [span] }],
        new Set([absent]),
      ).map(({ ok, unproven }) => ({ ok, unproven }));
    expect(judgeBoth(received)).toEqual([
      { ok: true, unproven: unproven("'send tasks' (rest-api)") },
      { ok: true, unproven: undefined },
    ]);
    expect(judgeBoth({ ...received, links: [] })).toMatchObject([{ ok: false }, { ok: false }]);
  });

  it('is broken if the span has no link, or one of two spans has none', () => {
    const edge: Edge = { ...sqsEdge, relation: 'link' };
    expect(judge(edge, [send, rootless])?.ok).toBe(false);
    expect(judge(edge, [send, rootless, { ...rootless, spanId: 'second', links }])?.ok).toBe(false);
  });

  it('is broken if no trace is absent, or the edge is by parent', () => {
    expect(verdict({ ...sqsEdge, relation: 'link', inOtherTrace: true }, send)?.ok).toBe(false);
    expect(judge(sqsEdge, [send, { ...rootless, links }])?.ok).toBe(false);
  });
});
