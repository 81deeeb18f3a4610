import { describe, expect, it } from 'vitest';
import { checkEdges, checkWhole, type Edge } from './edges.ts';
import { linkTo, makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span } from './trace.ts';

const verdict = (edge: Edge, ...spans: Span[]) => checkEdges(makeTrace(...spans), [edge])[0];
const { parentSpanId: _, ...rootless } = processed;

describe('an edge by parent', () => {
  it('holds when the far span is a child of the near one', () => {
    expect(verdict(sqsEdge, send, processed)).toEqual({
      from: 'rest-api',
      to: 'worker',
      transport: 'sqs',
      relation: 'parent',
      row: 8,
      ok: true,
      spanIds: ['process'],
    });
  });

  it('breaks when the far span never arrived', () => {
    const hop = verdict(sqsEdge, send);
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toMatch(/^no span 'process tasks' \(worker, consumer\) arrived/);
  });

  it('breaks when the far span has no parent', () => {
    const hop = verdict(sqsEdge, send, rootless);
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toBe(
      "'process tasks' (worker) has no parent: it started a new trace, expected 'send tasks' (rest-api, producer)",
    );
  });

  it('breaks when the far span is a child of another span of the sender', () => {
    const request = makeSpan('request', 'rest-api', { name: 'POST /tasks', kind: 'server' });
    const hop = verdict(sqsEdge, request, send, { ...processed, parentSpanId: 'request' });
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toBe(
      "'process tasks' (worker) is child of 'POST /tasks' (rest-api, server), expected 'send tasks' (rest-api, producer)",
    );
  });

  it('breaks when another span is between the two', () => {
    const between = makeSpan('between', 'worker', { parentSpanId: 'send' });
    expect(verdict(sqsEdge, send, between, { ...processed, parentSpanId: 'between' })?.ok).toBe(false);
  });

  it('breaks when the parent never arrived', () => {
    const hop = verdict(sqsEdge, processed);
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toMatch(/^'process tasks' \(worker\) names parent send, which never arrived/);
  });

  it('breaks when one message of two lost its context', () => {
    const hop = verdict(sqsEdge, send, processed, { ...rootless, spanId: 'second' });
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toMatch(/^1 of 2: 'process tasks' \(worker\) has no parent/);
    expect(hop?.spanIds).toEqual(['second']);
  });

  it.each([
    ['service', { service: 'other' }],
    ['kind', { kind: 'client' }],
    ['name', { name: 'send other' }],
    ['attribute', { attributes: { 'messaging.batch.message_count': '1' } }],
  ] as const)('tells spans apart by %s', (_field, other) => {
    const from = { ...sqsEdge.from, attributes: { 'messaging.batch.message_count': 1 } };
    const counted: Span = { ...send, attributes: { 'messaging.batch.message_count': 1 } };
    expect(verdict({ ...sqsEdge, from }, counted, processed)?.ok).toBe(true);
    expect(verdict({ ...sqsEdge, from }, { ...counted, ...other }, processed)?.ok).toBe(false);
  });
});

describe('two edges to the same span', () => {
  const retry = makeSpan('redrive', 'rest-api', { name: 'redrive tasks', kind: 'producer' });
  const retried: Span = { ...processed, spanId: 'retried', parentSpanId: 'redrive' };
  const edges: Edge[] = [sqsEdge, { ...sqsEdge, from: { ...sqsEdge.from, name: 'redrive tasks' } }];
  const verdicts = (...spans: Span[]) => checkEdges(makeTrace(...spans), edges);

  it('hold when each sender has its own', () => {
    expect(verdicts(send, processed, retry, retried)).toMatchObject([
      { ok: true, spanIds: ['process'] },
      { ok: true, spanIds: ['retried'] },
    ]);
  });

  it('do not stand in for each other', () => {
    const [first, second] = verdicts(send, processed, retry);
    expect(first?.ok).toBe(true);
    expect(second).toMatchObject({
      ok: false,
      why: "no span 'process tasks' (worker, consumer) came from 'redrive tasks' (rest-api, producer)",
    });
  });

  it('break together when a span came from neither', () => {
    const hops = verdicts(send, processed, retry, retried, { ...rootless, spanId: 'lost' });
    expect(hops.map((hop) => [hop.ok, hop.spanIds])).toEqual([
      [false, ['lost']],
      [false, ['lost']],
    ]);
  });
});

describe('an edge by link', () => {
  const edge: Edge = { ...sqsEdge, relation: 'link' };

  it('holds when one of the links leads to the near span', () => {
    const links = [{ traceId: 'b'.repeat(32), spanId: 'send' }, linkTo(send)];
    expect(verdict(edge, send, { ...rootless, links })?.ok).toBe(true);
  });

  it('is not satisfied by a parent', () => {
    const hop = verdict(edge, send, processed);
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toBe("'process tasks' (worker) has no link, expected 'send tasks' (rest-api, producer)");
  });

  it('breaks when the link leads to a span of another trace with the same id', () => {
    const hop = verdict(edge, send, { ...processed, links: [{ traceId: 'b'.repeat(32), spanId: 'send' }] });
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toMatch(/links to spans that never arrived/);
  });

  it('breaks when the link leads to another span', () => {
    const other = makeSpan('other', 'rest-api');
    const hop = verdict(edge, send, other, { ...processed, links: [linkTo(other)] });
    expect(hop?.ok).toBe(false);
    expect(hop?.why).toMatch(/links to 'other work' \(rest-api, internal\), expected 'send tasks'/);
  });
});

describe('a whole trace', () => {
  it('has one root, and every parent arrived', () => {
    expect(checkWhole(makeTrace(send, processed))).toEqual([]);
  });

  it('names every root when there are two', () => {
    expect(checkWhole(makeTrace(send, rootless))).toEqual([
      "the trace has 2 roots: 'send tasks' (rest-api), 'process tasks' (worker)",
    ]);
  });

  it('reports the orphan and the missing root', () => {
    expect(checkWhole(makeTrace(processed))).toEqual([
      'the trace has no root: the span that began it never arrived',
      "'process tasks' (worker) names parent send, which never arrived",
    ]);
  });

  it('is not whole without spans', () => {
    expect(checkWhole(makeTrace())).toEqual([`no span of trace ${'a'.repeat(32)} arrived`]);
  });
});
