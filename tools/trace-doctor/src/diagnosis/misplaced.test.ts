// Spans with the wrong parent, orphans, and baggage that left the mesh.
import { describe, expect, it } from 'vitest';
import { diagnose } from '../diagnose.ts';
import type { Edge } from '../edges.ts';
import { LOST, linkTo, makeSpan, makeTrace, other, sqsEdge } from '../spans.fixture.ts';
import type { Span } from '../trace.ts';

const causes = (...evidence: Parameters<typeof diagnose>) => diagnose(...evidence).map(({ cause }) => cause);

describe('a WebSocket message in the context of its connection', () => {
  const opened = makeSpan('open', 'ws-hub', {
    kind: 'server',
    name: 'GET /ws',
    attributes: { 'http.request.method': 'GET' },
  });
  const said = makeSpan('said', 'agent', { kind: 'producer', name: 'send ping' });
  const received = makeSpan('received', 'ws-hub', {
    kind: 'consumer',
    name: 'process ping',
    parentSpanId: 'open',
    startUs: 5,
    attributes: { 'messaging.system.name': 'websocket' },
  });
  const edge: Edge = {
    from: { service: 'agent', kind: 'producer', name: 'send ping' },
    to: { service: 'ws-hub', kind: 'consumer', name: 'process ping' },
    transport: 'websocket',
    relation: 'parent',
    row: 16,
  };

  it('is found in the same trace, with and without an edge', () => {
    const trace = makeTrace(opened, said, received);
    const expected = expect.stringMatching(
      /^'process ping' \(ws-hub\) is a child of 'GET \/ws' \(ws-hub\), .* not of 'send ping' \(agent\)/,
    );
    expect(diagnose({ trace, edges: [edge] })).toMatchObject([
      { cause: 'context-of-the-connection', text: expected, spans: [linkTo(said), linkTo(received)] },
    ]);
    expect(causes({ trace, edges: [] })).toEqual(['context-of-the-connection']);
  });

  it('is found in the same trace although another trace begins with a message of the same name', () => {
    const { parentSpanId: _, ...lost } = received;
    const elsewhere = other({ ...lost, spanId: 'of-another', traceId: LOST, startUs: 9 });
    expect(
      diagnose({ trace: makeTrace(opened, said, received), edges: [edge], others: [elsewhere] }),
    ).toMatchObject([
      { cause: 'context-of-the-connection', row: 16, spans: [linkTo(said), linkTo(received)] },
    ]);
  });

  it('is found in the trace that opened the connection', () => {
    const elsewhere = other({ ...opened, traceId: LOST }, { ...received, traceId: LOST });
    expect(diagnose({ trace: makeTrace(said), edges: [edge], others: [elsewhere] })).toMatchObject([
      { cause: 'context-of-the-connection', spans: [linkTo(said), { traceId: LOST, spanId: 'received' }] },
    ]);
  });

  it('is correct for the first message, which carries the context of the other end', () => {
    const theirs = { ...opened, service: 'agent', kind: 'client' as const };
    expect(diagnose({ trace: makeTrace(theirs, received), edges: [] })).toEqual([]);
  });
});

describe('spans whose parent never arrived', () => {
  const root = makeSpan('root', 'agent', { kind: 'client', name: 'GET' });
  const orphan = makeSpan('orphan', 'ledger', { kind: 'server', name: 'Reserve', parentSpanId: 'gone' });
  const edges: Edge[] = [
    {
      ...sqsEdge,
      row: 1,
      from: { service: 'agent', kind: 'client', name: 'GET' },
      to: { service: 'shop', kind: 'server', name: 'GET /x' },
    },
    {
      ...sqsEdge,
      from: { service: 'shop', kind: 'client', name: 'Reserve' },
      to: { service: 'ledger', kind: 'server', name: 'Reserve' },
    },
  ];

  it('below a recorded root: the service between them did not follow the sampling decision of its parent', () => {
    const [diagnosis, ...more] = diagnose({ trace: makeTrace(root, orphan), edges });
    expect(more).toEqual([]);
    expect(diagnosis).toMatchObject({ row: 1, cause: 'sampler-ignores-its-parent' });
    expect(diagnosis?.text).toMatch(
      /'Reserve' \(ledger\) names parent gone, .* root 'GET' \(agent\) was recorded: shop did not record its spans/,
    );
    expect(diagnosis?.spans).toEqual([linkTo(root), linkTo(orphan)]);
  });

  it('in their own service: that span never ended', () => {
    const inner = makeSpan('inner', 'agent', { kind: 'client', name: 'SELECT', parentSpanId: 'gone' });
    expect(diagnose({ trace: makeTrace(root, inner), edges: [] })).toMatchObject([
      { cause: 'never-arrived', text: expect.stringContaining('a span of agent that never ended') },
    ]);
  });

  it('name no row where no edge leads to the service without spans', () => {
    const [diagnosis] = diagnose({ trace: makeTrace(root, orphan), edges: [] });
    expect(diagnosis?.cause).toBe('sampler-ignores-its-parent');
    expect(diagnosis).not.toHaveProperty('row');
  });

  it('are one diagnosis for each service', () => {
    const more = { ...orphan, spanId: 'orphan-2', parentSpanId: 'gone-2' };
    expect(causes({ trace: makeTrace(root, orphan, more), edges })).toEqual(['sampler-ignores-its-parent']);
  });

  it('without a root: the service that started the trace exports elsewhere', () => {
    expect(diagnose({ trace: makeTrace(orphan), edges: [] })).toMatchObject([
      { cause: 'never-arrived', text: expect.stringContaining('the service that started the trace') },
    ]);
  });
});

describe("a batch whose items' work is in the wrong context", () => {
  const batch = makeSpan('batch', 'rest-api', { name: 'batch' });
  const item = (n: number) =>
    makeSpan(`item-${n}`, 'rest-api', {
      name: 'item',
      parentSpanId: 'batch',
      attributes: { 'mesh.batch.index': n },
    });
  const work = (id: string, parentSpanId: string) =>
    makeSpan(id, 'rest-api', { name: 'price', kind: 'client', parentSpanId });
  const edge: Edge = {
    from: { service: 'rest-api', kind: 'internal', name: 'item' },
    to: { service: 'rest-api', kind: 'client', name: 'price' },
    transport: 'batch',
    relation: 'parent',
    row: 14,
  };
  const inTrace = (...spans: Span[]) =>
    diagnose({ trace: makeTrace(batch, item(0), item(1), ...spans), edges: [edge] });

  it('is not reported if each item has its own work, one failed early, or one was retried', () => {
    expect(inTrace(work('a', 'item-0'), work('b', 'item-1'))).toEqual([]);
    expect(inTrace(work('a', 'item-0'))).toEqual([]);
    expect(inTrace(work('a', 'item-0'), work('b', 'item-0'), work('c', 'item-1'))).toEqual([]);
  });

  it('is found as a child of the batch', () => {
    expect(inTrace(work('a', 'batch'), work('b', 'batch'))).toMatchObject([
      {
        cause: 'item-outside-its-span',
        text: "'price' (rest-api) is a child of 'batch' (rest-api), not of its item 'item' (rest-api)",
      },
    ]);
  });

  it('is found in another item, where every edge holds', () => {
    expect(inTrace(work('a', 'item-0'), work('b', 'item-0'))).toMatchObject([
      { cause: 'item-outside-its-span', text: expect.stringContaining('item 0, and item 1 has none') },
    ]);
  });
});

describe('baggage that a third party received', () => {
  const call = makeSpan('call', 'worker', {
    kind: 'client',
    name: 'POST',
    attributes: { 'url.full': 'http://third:1/ask' },
  });
  const traceparent = `00-${call.traceId}-b7ad6b7169203331-01`;
  const asked = (headers: Record<string, string>) =>
    diagnose({ trace: makeTrace(call), edges: [], received: [{ url: '/ask', headers }] });

  it('is reported by its keys, never by its values', () => {
    expect(asked({ traceparent, Baggage: 'tenant=secret,plan=gold' })).toEqual([
      {
        cause: 'baggage-left-the-mesh',
        text: "/ask received baggage from 'POST' (worker) (tenant, plan): it is outside the mesh, and baggage must stay inside",
        spans: [linkTo(call)],
      },
    ]);
  });

  it('is not reported without baggage, or with the traceparent of another trace', () => {
    expect(asked({ traceparent })).toEqual([]);
    const foreign = traceparent.replaceAll('a', 'c');
    expect(asked({ traceparent: foreign, baggage: 'tenant=secret' })).toEqual([]);
  });
});
