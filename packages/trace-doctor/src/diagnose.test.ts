import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import type { Edge } from './edges.ts';
import { linkTo, makeSpan, makeTrace, processed, send, sqsEdge } from './spans.fixture.ts';
import type { Span, Trace } from './trace.ts';

const LOST = 'b'.repeat(32);
const sqs = { 'messaging.system.name': 'aws.sqs', 'messaging.message.id': 'm-1' };
const { parentSpanId: _, ...rootless } = processed;

/** The same span as the root of a trace of its own. */
const lost = (span: Span, traceId = LOST): Span => {
  const { parentSpanId: _, ...rest } = span;
  return { ...rest, traceId };
};
const other = (...spans: Span[]): Trace => ({ traceId: spans[0]?.traceId ?? LOST, spans });
const causes = (...evidence: Parameters<typeof diagnose>) => diagnose(...evidence).map(({ cause }) => cause);

describe('a healthy trace', () => {
  it('has no diagnosis', () => {
    expect(diagnose({ trace: makeTrace(send, processed), edges: [sqsEdge] })).toEqual([]);
  });

  it('has none beside a broken one of the same time', () => {
    const stranger = lost({ ...processed, spanId: 'stranger', attributes: sqs });
    const sent = { ...send, attributes: { ...sqs, 'messaging.message.id': 'm-2' } };
    const evidence = { trace: makeTrace(sent, processed), edges: [sqsEdge], others: [other(stranger)] };
    expect(diagnose(evidence)).toEqual([]);
  });

  it('has none where the far side began a trace of its own on purpose, with a link', () => {
    const job = lost({ ...rootless, attributes: sqs, links: [linkTo(send)] });
    expect(
      diagnose({ trace: makeTrace({ ...send, attributes: sqs }), edges: [], others: [other(job)] }),
    ).toEqual([]);
  });
});

describe('a message that lost its context', () => {
  const sent = (attributes: Record<string, unknown>) => ({ ...send, attributes: { ...sqs, ...attributes } });
  const received = (attributes: Record<string, unknown> = {}) =>
    other(lost({ ...processed, attributes: { ...sqs, ...attributes } }));
  const why = (from: Span, to: Trace, edges: Edge[] = [sqsEdge]) =>
    diagnose({ trace: makeTrace(from), edges, others: [to] });

  it('because the user took all ten attributes', () => {
    const full = sent({ 'mesh.messaging.context_place': 'none', 'mesh.messaging.user_attributes': 10 });
    expect(why(full, received())).toEqual([
      {
        cause: 'no-room-for-context',
        text: 'the message reached worker without traceparent: rest-api sent 10 user attributes',
        spans: [linkTo(full), { traceId: LOST, spanId: 'process' }],
      },
    ]);
  });

  it('because the consumer asked for no attributes', () => {
    const full = sent({ 'mesh.messaging.context_place': 'attributes', 'mesh.messaging.user_attributes': 0 });
    const [diagnosis] = why(full, received({ 'mesh.messaging.received_attributes': 0 }));
    expect(diagnosis?.cause).toBe('message-attributes-not-asked-for');
    expect(diagnosis?.text).toContain('the receive of worker returned 0 message attributes');
  });

  it('because the sender, which says nothing of itself, sent ten that arrived', () => {
    const [diagnosis] = why(sent({}), received({ 'mesh.messaging.received_attributes': 10 }));
    expect(diagnosis?.text).toMatch(/rest-api sent 10 user attributes$/);
  });

  it.each([
    [6, 'carrier-without-context'],
    [7, 'no-room-for-context'],
  ])('with %i attributes of the user: %s, since the context may need four', (count, cause) => {
    const full = sent({ 'mesh.messaging.context_place': 'none', 'mesh.messaging.user_attributes': count });
    expect(why(full, received()).map((diagnosis) => diagnosis.cause)).toEqual([cause]);
  });

  it('is found by its id alone, where no edge was expected', () => {
    const full = sent({ 'mesh.messaging.context_place': 'none' });
    expect(why(full, received(), []).map(({ spans }) => spans[1]?.traceId)).toEqual([LOST]);
  });

  it('is not the message of another id', () => {
    const another = received({ 'messaging.message.id': 'm-2' });
    expect(why(sent({}), another).map(({ cause }) => cause)).toEqual(['never-arrived']);
  });
});

describe('a request that lost its context', () => {
  const url = { 'http.request.method': 'GET', 'url.full': 'http://host:1/tasks/7?x=1' };
  const call = makeSpan('call', 'agent', { kind: 'client', name: 'GET', attributes: url, durationUs: 9_000 });
  const served = makeSpan('served', 'rest-api', {
    kind: 'server',
    name: 'GET /tasks/:id',
    startUs: 3_000,
    attributes: { 'http.request.method': 'GET', 'url.path': '/tasks/7' },
  });
  const why = (server: Span) =>
    diagnose({ trace: makeTrace(call), edges: [], others: [other(lost(server))] });

  it('is found by method, path and time', () => {
    expect(why(served)).toEqual([
      {
        cause: 'http-without-traceparent',
        text: `the request of 'GET' (agent) reached rest-api without traceparent: 'GET /tasks/:id' (rest-api) began trace ${LOST} of its own`,
        spans: [linkTo(call), { traceId: LOST, spanId: 'served' }],
      },
    ]);
  });

  it.each([
    ['path', { attributes: { 'http.request.method': 'GET', 'url.path': '/tasks/8' } }],
    ['method', { attributes: { 'http.request.method': 'PUT', 'url.path': '/tasks/7' } }],
    ['time', { startUs: 20_000 }],
  ])('is not one of another %s', (_what, parts) => {
    expect(why({ ...served, ...parts })).toEqual([]);
  });

  it('over gRPC is found by its method', () => {
    const rpc = { 'rpc.method': 'Ledger/Reserve' };
    const asked = { ...call, attributes: rpc };
    const answered = lost({ ...served, attributes: rpc });
    expect(causes({ trace: makeTrace(asked), edges: [], others: [other(answered)] })).toEqual([
      'carrier-without-context',
    ]);
  });
});

describe('what is only a consequence', () => {
  const settle = makeSpan('settle', 'worker', { kind: 'client', name: 'Settle', parentSpanId: 'process' });
  const paid = makeSpan('paid', 'ledger', { kind: 'server', name: 'Settle', parentSpanId: 'settle' });
  const toWorker: Edge = {
    ...sqsEdge,
    from: sqsEdge.to,
    to: { service: 'worker', kind: 'client', name: 'Settle' },
  };
  const toLedger: Edge = {
    ...toWorker,
    from: toWorker.to,
    to: { service: 'ledger', kind: 'server', name: 'Settle' },
  };
  const edges = [sqsEdge, toWorker, toLedger];

  it('is not told: the rest of the lost part hangs together', () => {
    const part = [lost(processed), { ...settle, traceId: LOST }, { ...paid, traceId: LOST }];
    expect(causes({ trace: makeTrace(send), edges, others: [other(...part)] })).toEqual([
      'carrier-without-context',
    ]);
  });

  it('is told where the lost part lost something itself', () => {
    const third = 'c'.repeat(32);
    const part = other(lost(processed), { ...settle, traceId: LOST });
    const evidence = { trace: makeTrace(send), edges, others: [part, other(lost(paid, third))] };
    expect(diagnose(evidence).map(({ spans }) => spans[1]?.traceId)).toEqual([LOST, third]);
  });

  it('is not told where nothing of the first hop is anywhere', () => {
    const [diagnosis, ...more] = diagnose({ trace: makeTrace(send), edges });
    expect(more).toEqual([]);
    expect(diagnosis).toMatchObject({ cause: 'never-arrived', spans: [linkTo(send)] });
    expect(diagnosis?.text).toMatch(/^nothing of 'process tasks' \(worker, consumer\) is anywhere/);
  });

  it('stands for all where not even the near side arrived', () => {
    const trace = makeTrace(makeSpan('root', 'agent'));
    expect(causes({ trace, edges })).toEqual(['never-arrived']);
  });
});

describe('a WebSocket message in the context of its connection', () => {
  const opened = makeSpan('open', 'ws-hub', {
    kind: 'server',
    name: 'GET /ws',
    attributes: { 'http.request.method': 'GET' },
  });
  const said = makeSpan('said', 'agent', { kind: 'producer', name: 'send ping' });
  const heard = makeSpan('heard', 'ws-hub', {
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
    const trace = makeTrace(opened, said, heard);
    const expected = expect.stringMatching(
      /^'process ping' \(ws-hub\) is child of 'GET \/ws' \(ws-hub\), .* and not of 'send ping' \(agent\)/,
    );
    expect(diagnose({ trace, edges: [edge] })).toMatchObject([
      { cause: 'context-of-the-connection', text: expected, spans: [linkTo(said), linkTo(heard)] },
    ]);
    expect(causes({ trace, edges: [] })).toEqual(['context-of-the-connection']);
  });

  it('is found in the trace that opened the connection', () => {
    const elsewhere = other({ ...opened, traceId: LOST }, { ...heard, traceId: LOST });
    expect(diagnose({ trace: makeTrace(said), edges: [edge], others: [elsewhere] })).toMatchObject([
      { cause: 'context-of-the-connection', spans: [linkTo(said), { traceId: LOST, spanId: 'heard' }] },
    ]);
  });

  it('is none where it is the first message, which brings the context of the other end', () => {
    const theirs = { ...opened, service: 'agent', kind: 'client' as const };
    expect(diagnose({ trace: makeTrace(theirs, heard), edges: [] })).toEqual([]);
  });
});

describe('spans whose parent never arrived', () => {
  const root = makeSpan('root', 'agent', { kind: 'client', name: 'GET' });
  const orphan = makeSpan('orphan', 'ledger', { kind: 'server', name: 'Reserve', parentSpanId: 'gone' });
  const edges: Edge[] = [
    {
      ...sqsEdge,
      from: { service: 'agent', kind: 'client', name: 'GET' },
      to: { service: 'shop', kind: 'server', name: 'GET /x' },
    },
    {
      ...sqsEdge,
      from: { service: 'shop', kind: 'client', name: 'Reserve' },
      to: { service: 'ledger', kind: 'server', name: 'Reserve' },
    },
  ];

  it('though the trace began recorded: the service between them decided by itself', () => {
    const [diagnosis, ...more] = diagnose({ trace: makeTrace(root, orphan), edges });
    expect(more).toEqual([]);
    expect(diagnosis?.cause).toBe('sampler-ignores-its-parent');
    expect(diagnosis?.text).toMatch(
      /'Reserve' \(ledger\) names parent gone, .* at 'GET' \(agent\): shop left its own spans out/,
    );
    expect(diagnosis?.spans).toEqual([linkTo(root), linkTo(orphan)]);
  });

  it('of their own service: that span never ended', () => {
    const inner = makeSpan('inner', 'agent', { kind: 'client', name: 'SELECT', parentSpanId: 'gone' });
    expect(diagnose({ trace: makeTrace(root, inner), edges: [] })).toMatchObject([
      { cause: 'never-arrived', text: expect.stringContaining('a span of agent that never ended') },
    ]);
  });

  it('are told once for each service', () => {
    const more = { ...orphan, spanId: 'orphan-2', parentSpanId: 'gone-2' };
    expect(causes({ trace: makeTrace(root, orphan, more), edges })).toEqual(['sampler-ignores-its-parent']);
  });

  it('and no root: whoever began the trace sends its spans elsewhere', () => {
    expect(diagnose({ trace: makeTrace(orphan), edges: [] })).toMatchObject([
      { cause: 'never-arrived', text: expect.stringContaining('whoever began the trace') },
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

  it('is none while each has its own, or one failed early, or one tried twice', () => {
    expect(inTrace(work('a', 'item-0'), work('b', 'item-1'))).toEqual([]);
    expect(inTrace(work('a', 'item-0'))).toEqual([]);
    expect(inTrace(work('a', 'item-0'), work('b', 'item-0'), work('c', 'item-1'))).toEqual([]);
  });

  it('is found below the batch', () => {
    expect(inTrace(work('a', 'batch'), work('b', 'batch'))).toMatchObject([
      {
        cause: 'item-outside-its-span',
        text: "'price' (rest-api) is child of 'batch' (rest-api), and not of the item that it was done for, 'item' (rest-api)",
      },
    ]);
  });

  it('is found in another item, which no edge can tell', () => {
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

  it('is told by its keys, never by its values', () => {
    expect(asked({ traceparent, Baggage: 'tenant=secret,plan=gold' })).toEqual([
      {
        cause: 'baggage-left-the-mesh',
        text: "/ask received baggage from 'POST' (worker) (tenant, plan): it is no part of the mesh, and baggage is the mesh's own",
        spans: [linkTo(call)],
      },
    ]);
  });

  it('is none without baggage, or in the name of another trace', () => {
    expect(asked({ traceparent })).toEqual([]);
    const foreign = traceparent.replaceAll('a', 'c');
    expect(asked({ traceparent: foreign, baggage: 'tenant=secret' })).toEqual([]);
  });
});

it('tells a span that is broken under two edges once, and a missing link not at all where its parent is missing', () => {
  const link: Edge = { ...sqsEdge, relation: 'link' };
  const wrong = makeSpan('wrong', 'rest-api');
  const trace = makeTrace(send, wrong, { ...processed, parentSpanId: 'wrong' });
  expect(causes({ trace, edges: [link, sqsEdge] })).toEqual(['carrier-without-context']);
});

it('tells once what was lost alike', () => {
  const again = { ...send, spanId: 'again', attributes: { ...sqs, 'messaging.message.id': 'm-2' } };
  const first = { ...send, attributes: sqs };
  const arrived = [first, again].map(({ attributes }, n) =>
    other(lost({ ...processed, spanId: `process-${n}`, attributes }, String(n + 1).repeat(32))),
  );
  const found = diagnose({ trace: makeTrace(first, again), edges: [], others: arrived });
  expect(found).toMatchObject([{ text: expect.stringMatching(/, and so did 1 more$/) }]);
  expect(found[0]?.spans.map(({ spanId }) => spanId)).toEqual(['send', 'process-0', 'again', 'process-1']);
});

it('finds every span that one of the same service left behind while it ran', () => {
  const event = makeSpan('event', 'ws-hub', { kind: 'consumer', name: 'process event', durationUs: 9_000 });
  const pushes = [1, 2].map((n) =>
    lost(
      makeSpan(`push-${n}`, 'ws-hub', { kind: 'producer', name: 'send', startUs: n * 1_000 }),
      String(n).repeat(32),
    ),
  );
  const edge: Edge = {
    from: { service: 'ws-hub', kind: 'consumer', name: 'process event' },
    to: { service: 'ws-hub', kind: 'producer', name: 'send' },
    transport: 'websocket',
    relation: 'parent',
    row: 18,
  };
  const [found] = diagnose({
    trace: makeTrace(event),
    edges: [edge],
    others: pushes.map((push) => other(push)),
  });
  expect(found?.spans.map(({ spanId }) => spanId)).toEqual(['event', 'push-1', 'event', 'push-2']);
});

it('tells a job in a trace of its own that does not say who began it', () => {
  const edge: Edge = { ...sqsEdge, relation: 'link', elsewhere: true };
  const job = other(lost(processed));
  expect(diagnose({ trace: makeTrace(send), edges: [edge], others: [job] })).toMatchObject([
    {
      cause: 'carrier-without-context',
      text: `'process tasks' (worker) began trace ${LOST} of its own, as it should, but without a link to 'send tasks' (rest-api)`,
    },
  ]);
});

it('tells a link that is missing, though the span came in the right trace', () => {
  const link: Edge = { ...sqsEdge, relation: 'link' };
  expect(diagnose({ trace: makeTrace(send, processed), edges: [link] })).toMatchObject([
    { cause: 'carrier-without-context', text: expect.stringContaining('has no link') },
  ]);
});
