// Traces of other languages, healthy and with one fault each: the fault is found, and nothing else.
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import { go } from './shapes/go.fixture.ts';
import { java } from './shapes/java.fixture.ts';
import { python } from './shapes/python.fixture.ts';
import {
  addAttributes,
  addChildren,
  change,
  detach,
  drop,
  lose,
  type Seed,
  seed,
  setResource,
} from './shapes/seed.fixture.ts';

const SHAPES = { python, go, java };

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const BEARER = 'Bearer 5f4dcc3b5aa765d61d8327deb882cf99';
const INSERT = "insert into orders values (1, 'two')";

/** The shape, the rule that finds the fault, the span where it is, and what was done there. */
const FAULTS: [shape: keyof typeof SHAPES, rule: string, fault: string, at: string, plant: Seed][] = [
  ['python', 'request-without-context', 'an uninstrumented requests client', 'py8 stock', detach],
  ['python', 'message-without-context', 'an uninstrumented Celery producer', 'py8 run', detach],
  ['python', 'message-without-context', 'a Kafka record without headers', 'py8 receive', detach],
  ['python', 'SPA-002', 'a server span that was dropped', 'py8 stock', drop],
  [
    'python',
    'SPA-003',
    'a UUID in a span name',
    'py8',
    change(() => ({ name: 'GET /orders/3f0c8a86-3f5e-4a43-9e76-0d9a5d8e4d11' })),
  ],
  ['python', 'SPA-004', 'a command outside of any request', 'py8 redis', detach],
  [
    'python',
    'SPA-001',
    'a span for each of eleven loops',
    'py8',
    addChildren(11, { kind: 'internal', name: 'loop' }),
  ],
  [
    'python',
    'RES-004',
    'service.version on a span',
    'py8 select',
    addAttributes({ 'service.version': '1.2.3' }),
  ],
  [
    'python',
    'secret-attribute',
    'a captured header with credentials',
    'py8',
    addAttributes({ 'http.request.header.authorization': [BEARER] }),
  ],
  ['go', 'request-without-context', 'a gRPC client without a propagator', 'go8 cart', detach],
  ['go', 'client-without-server', 'a server span that never arrived', 'go8 cart', lose],
  ['go', 'message-without-consumer', 'a message that was not received', 'go7 receive', lose],
  [
    'go',
    'clock-skew',
    'a clock that is 2 s behind',
    'go8 cart',
    change(({ startUs }) => ({ startUs: startUs - 2_000_000 })),
  ],
  [
    'go',
    'sampled-flag-changed',
    'a sampler that ignores its parent',
    'go8 cart',
    change(() => ({ sampled: false })),
  ],
  [
    'go',
    'SPA-005',
    'a query for each of 25 rows',
    'go8 cart',
    addChildren(25, { kind: 'client', name: 'sql.conn.query', durationUs: 900 }),
  ],
  ['go', 'RES-001', 'no service.instance.id', 'go8', setResource({ 'service.instance.id': undefined })],
  [
    'go',
    'RES-002',
    'one service.instance.id on two hosts',
    'go8 cart',
    setResource({ 'host.name': 'cart-host-2' }),
  ],
  ['go', 'RES-005', 'an empty service.name', 'go8 process', setResource({ 'service.name': '' })],
  [
    'go',
    'SDK-001',
    'a runtime that is too old for its SDK',
    'go8',
    setResource({ 'process.runtime.version': 'go1.22.12' }),
  ],
  [
    'go',
    'secret-attribute',
    'a password in a connection string',
    'go8 sql',
    addAttributes({ 'db.connection_string': 'postgres://cart:hunter2@postgres/cart' }),
  ],
  ['java', 'request-without-context', 'an agent with OTEL_PROPAGATORS=none', 'java8 pricing', detach],
  ['java', 'message-without-consumer', 'a listener that is not instrumented', 'poll7 process', lose],
  [
    'java',
    'message-without-context',
    'a process span that reads no headers',
    'poll8 process',
    change(() => ({ links: [] })),
  ],
  [
    'java',
    'message-without-context',
    'a process span that links to its receive alone',
    'poll8 process',
    change(({ traceId, parentSpanId = '' }) => ({ links: [{ traceId, spanId: parentSpanId }] })),
  ],
  [
    'java',
    'link-unresolved',
    'a link to a span that its trace does not have',
    'poll8 process',
    change(({ links }) => ({
      links: [...links, ...links.map((link) => ({ ...link, spanId: 'dead'.repeat(4) }))],
    })),
  ],
  [
    'java',
    'RES-003',
    'a pod without k8s.pod.uid',
    'java8 pricing',
    setResource({ 'k8s.pod.uid': undefined }),
  ],
  ['java', 'RES-004', 'url.path on a resource', 'java8 pricing', setResource({ 'url.path': '/prices' })],
  [
    'java',
    'SPA-003',
    'SQL with literals as a name',
    'java8 insert',
    change(({ attributes }) => ({ name: INSERT, attributes: { ...attributes, 'db.query.text': INSERT } })),
  ],
  [
    'java',
    'secret-attribute',
    'a JSON Web Token in a baggage attribute',
    'poll8 process',
    addAttributes({ 'app.caller': JWT }),
  ],
];

const INVOICES = { 'messaging.system.name': 'kafka', 'messaging.destination.name': 'invoices' };

const rulesOf = (findings: readonly { rule: string }[]) => [...new Set(findings.map(({ rule }) => rule))];

describe('traces of Python, Go and Java', () => {
  it.each(Object.entries(SHAPES))('%s: nothing is found in healthy traces', (_, shape) => {
    const { findings, score } = judge(shape());
    expect(findings).toEqual([]);
    expect(score.value).toBe(100);
  });

  it('nothing is found in the healthy traces of all three together', () => {
    expect(judge(Object.values(SHAPES).flatMap((shape) => shape())).findings).toEqual([]);
  });

  it('messages of a channel that has no subscriber at times are a note', () => {
    const sentMore = addChildren(3, { name: 'invoices publish', kind: 'producer', attributes: INVOICES });
    const { findings } = judge(seed(go(), 'go7', sentMore));
    expect(findings).toMatchObject([{ rule: 'message-without-consumer', level: 'note', service: 'gateway' }]);
  });

  it('a broadcast that found no subscriber, among others that did, is a note', () => {
    const broadcast = { 'messaging.system.name': 'redis', 'messaging.operation.name': 'publish' };
    const overRedis = go().map((trace) => ({
      ...trace,
      spans: trace.spans.map((span) =>
        span.attributes['messaging.system.name'] === 'kafka' && span.kind === 'producer'
          ? { ...span, attributes: { ...span.attributes, ...broadcast } }
          : span,
      ),
    }));
    const { findings } = judge(seed(overRedis, 'go7 receive', lose));
    expect(findings).toMatchObject([{ rule: 'message-without-consumer', level: 'note', service: 'gateway' }]);
  });

  it.each(FAULTS)('%s: %s finds %s, and no other rule finds anything', (shape, rule, _, at, plant) => {
    const { findings } = judge(seed(SHAPES[shape](), at, plant));
    expect(rulesOf(findings)).toEqual([rule]);
    for (const { text, fix, spans } of findings) {
      expect(spans.length).toBeGreaterThan(0);
      expect(text).not.toMatch(/undefined|hunter2|5f4dcc3b|eyJ/);
      expect(fix).not.toBe('');
    }
  });
});
