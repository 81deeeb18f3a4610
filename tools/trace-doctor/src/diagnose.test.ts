// Which causes are reported, and how often.
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import type { Edge } from './edges.ts';
import { LOST, linkTo, lost, makeSpan, makeTrace, other, processed, send, sqsEdge } from './spans.fixture.ts';

const sqs = { 'messaging.system.name': 'aws.sqs', 'messaging.message.id': 'm-1' };
const { parentSpanId: _, ...rootless } = processed;
const causes = (...evidence: Parameters<typeof diagnose>) => diagnose(...evidence).map(({ cause }) => cause);

describe('a healthy trace', () => {
  it('has no diagnosis', () => {
    expect(diagnose({ trace: makeTrace(send, processed), edges: [sqsEdge] })).toEqual([]);
  });

  it('has no diagnosis beside a broken trace of the same time', () => {
    const unrelated = lost({ ...processed, spanId: 'unrelated', attributes: sqs });
    const sent = { ...send, attributes: { ...sqs, 'messaging.message.id': 'm-2' } };
    const evidence = { trace: makeTrace(sent, processed), edges: [sqsEdge], others: [other(unrelated)] };
    expect(diagnose(evidence)).toEqual([]);
  });

  it('has no diagnosis if the far side started its own trace on purpose, with a link', () => {
    const job = lost({ ...rootless, attributes: sqs, links: [linkTo(send)] });
    expect(
      diagnose({ trace: makeTrace({ ...send, attributes: sqs }), edges: [], others: [other(job)] }),
    ).toEqual([]);
  });
});

it('a span that breaks two edges is reported once, and a missing link beside a missing parent not at all', () => {
  const link: Edge = { ...sqsEdge, relation: 'link' };
  const wrong = makeSpan('wrong', 'rest-api');
  const trace = makeTrace(send, wrong, { ...processed, parentSpanId: 'wrong' });
  expect(causes({ trace, edges: [link, sqsEdge] })).toEqual(['carrier-without-context']);
});

it('hops that were lost alike are one diagnosis', () => {
  const again = { ...send, spanId: 'again', attributes: { ...sqs, 'messaging.message.id': 'm-2' } };
  const first = { ...send, attributes: sqs };
  const arrived = [first, again].map(({ attributes }, n) =>
    other(lost({ ...processed, spanId: `process-${n}`, attributes }, String(n + 1).repeat(32))),
  );
  const found = diagnose({ trace: makeTrace(first, again), edges: [], others: arrived });
  expect(found).toMatchObject([{ text: expect.stringMatching(/, and so did 1 more$/) }]);
  expect(found[0]?.spans.map(({ spanId }) => spanId)).toEqual(['send', 'process-0', 'again', 'process-1']);
});

it('every span that a span of the same service lost while it ran is found', () => {
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

it('a job in its own trace without a link to its submitter is reported', () => {
  const edge: Edge = { ...sqsEdge, relation: 'link', inOtherTrace: true };
  const job = other(lost(processed));
  expect(diagnose({ trace: makeTrace(send), edges: [edge], others: [job] })).toMatchObject([
    {
      cause: 'carrier-without-context',
      row: sqsEdge.row,
      text: `'process tasks' (worker) started a new trace ${LOST}, as expected, but without a link to 'send tasks' (rest-api)`,
    },
  ]);
});

it('a missing link is reported even if the span is in the right trace', () => {
  const link: Edge = { ...sqsEdge, relation: 'link' };
  expect(diagnose({ trace: makeTrace(send, processed), edges: [link] })).toMatchObject([
    { cause: 'carrier-without-context', row: link.row, text: expect.stringContaining('has no link') },
  ]);
});
