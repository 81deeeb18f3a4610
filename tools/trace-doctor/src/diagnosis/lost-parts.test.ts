// Parts that are in another trace, and why.
import { describe, expect, it } from 'vitest';
import { diagnose } from '../diagnose.ts';
import type { Edge } from '../edges.ts';
import {
  LOST,
  linkTo,
  lost,
  makeSpan,
  makeTrace,
  other,
  processed,
  send,
  sqsEdge,
} from '../spans.fixture.ts';
import type { Span, Trace } from '../trace.ts';

const sqs = { 'messaging.system.name': 'aws.sqs', 'messaging.message.id': 'm-1' };
const causes = (...evidence: Parameters<typeof diagnose>) => diagnose(...evidence).map(({ cause }) => cause);

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
        row: 8,
        text: 'the message reached worker without traceparent: rest-api sent 10 user attributes',
        spans: [linkTo(full), { traceId: LOST, spanId: 'process' }],
      },
    ]);
  });

  it('because the consumer requested no attributes', () => {
    const full = sent({ 'mesh.messaging.context_place': 'attributes', 'mesh.messaging.user_attributes': 0 });
    const [diagnosis] = why(full, received({ 'mesh.messaging.received_attributes': 0 }));
    expect(diagnosis?.cause).toBe('message-attributes-not-asked-for');
    expect(diagnosis?.text).toContain('the receive of worker returned 0 message attributes');
  });

  it('because the consumer requested no system attributes, where the trace was in AWSTraceHeader', () => {
    const full = sent({
      'mesh.messaging.context_place': 'aws-trace-header',
      'mesh.messaging.user_attributes': 10,
    });
    const [diagnosis] = why(full, received({ 'mesh.messaging.received_attributes': 10 }));
    expect(diagnosis?.cause).toBe('message-attributes-not-asked-for');
    expect(diagnosis?.text).toContain('only the system attributes named in MessageSystemAttributeNames');
  });

  it('because ten user attributes arrived, if the sender recorded no count', () => {
    const [diagnosis] = why(sent({}), received({ 'mesh.messaging.received_attributes': 10 }));
    expect(diagnosis?.text).toMatch(/rest-api sent 10 user attributes$/);
  });

  it.each([
    [6, 'carrier-without-context'],
    [7, 'no-room-for-context'],
  ])('with %i user attributes has the cause %s, because the context may need four', (count, cause) => {
    const full = sent({ 'mesh.messaging.context_place': 'none', 'mesh.messaging.user_attributes': count });
    expect(why(full, received()).map((diagnosis) => diagnosis.cause)).toEqual([cause]);
  });

  it('is found by its message id if no edge was expected', () => {
    const full = sent({ 'mesh.messaging.context_place': 'none' });
    expect(why(full, received(), []).map(({ spans }) => spans[1]?.traceId)).toEqual([LOST]);
  });

  it('has the row of a link, if that was expected', () => {
    const link: Edge = { ...sqsEdge, relation: 'link', row: 9 };
    expect(why(sent({}), received(), [link])).toMatchObject([{ row: 9 }]);
    expect(why(sent({}), received(), [])).toEqual([expect.not.objectContaining({ row: expect.anything() })]);
  });

  it('is not matched with a message of the same id at another destination', () => {
    const audit = received({ 'messaging.destination.name': 'audit' });
    expect(why(sent({ 'messaging.destination.name': 'log' }), audit, [])).toEqual([]);
  });

  it('is not matched with a message of another id', () => {
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
        text: `the request of 'GET' (agent) reached rest-api without traceparent: 'GET /tasks/:id' (rest-api) started a new trace ${LOST}`,
        spans: [linkTo(call), { traceId: LOST, spanId: 'served' }],
      },
    ]);
  });

  it.each([
    ['path', { attributes: { 'http.request.method': 'GET', 'url.path': '/tasks/8' } }],
    ['method', { attributes: { 'http.request.method': 'PUT', 'url.path': '/tasks/7' } }],
    ['time', { startUs: 20_000 }],
  ])('is not matched with a request of another %s', (_what, parts) => {
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

describe('a consequence of another lost hop', () => {
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

  it('is not reported: the rest of the lost part is whole', () => {
    const part = [lost(processed), { ...settle, traceId: LOST }, { ...paid, traceId: LOST }];
    expect(causes({ trace: makeTrace(send), edges, others: [other(...part)] })).toEqual([
      'carrier-without-context',
    ]);
  });

  it('is reported if the lost part lost a hop itself', () => {
    const third = 'c'.repeat(32);
    const part = other(lost(processed), { ...settle, traceId: LOST });
    const evidence = { trace: makeTrace(send), edges, others: [part, other(lost(paid, third))] };
    expect(diagnose(evidence).map(({ spans }) => spans[1]?.traceId)).toEqual([LOST, third]);
  });

  it('is not reported if the far side of the first hop is in no trace', () => {
    const [diagnosis, ...more] = diagnose({ trace: makeTrace(send), edges });
    expect(more).toEqual([]);
    expect(diagnosis).toMatchObject({ cause: 'never-arrived', spans: [linkTo(send)] });
    expect(diagnosis?.text).toMatch(/^no 'process tasks' \(worker, consumer\) found in any trace/);
  });

  it('is reported if not even the near side arrived', () => {
    const trace = makeTrace(makeSpan('root', 'agent'));
    expect(causes({ trace, edges })).toEqual(['never-arrived']);
  });
});
