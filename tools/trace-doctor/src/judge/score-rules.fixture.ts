// Traces that pass and fail the rules of the Instrumentation Score.
import { makeSpan, makeTrace } from '../spans.fixture.ts';
import type { Span, Trace } from '../trace.ts';

const RESOURCE = {
  'service.name': 'shop',
  'service.instance.id': 'one',
  'telemetry.sdk.language': 'go',
  'telemetry.sdk.version': '1.40.0',
  'process.runtime.version': 'go1.25.1',
};
const resource = (more: Record<string, unknown>) => ({ resource: { ...RESOURCE, ...more } });
const pod = (name: string, id: string) =>
  resource({ 'k8s.pod.name': name, 'k8s.pod.uid': `uid of ${name}`, 'service.instance.id': id });

/** A span of the service `shop`. */
const span = (spanId: string, parts: Partial<Span> = {}) =>
  makeSpan(spanId, 'shop', { name: 'work', durationUs: 9_000, resource: RESOURCE, ...parts });
const child = (spanId: string, parts: Partial<Span> = {}) => span(spanId, { parentSpanId: 'root', ...parts });
export const root = span('root', { kind: 'server', name: 'GET /orders' });
const children = (count: number, parts: Partial<Span>) =>
  makeTrace(root, ...Array.from({ length: count }, (_, n) => child(`child-${n}`, parts)));
const messaging = (operation: string) => ({
  'messaging.system.name': 'aws.sqs',
  'messaging.destination.name': 'orders',
  'messaging.operation.type': operation,
});
const named = (count: number) =>
  makeTrace(
    root,
    ...Array.from({ length: count }, (_, n) => child(`c${n}`, { kind: 'client', name: `job-${n}` })),
  );

/** For each rule a trace that passes and a trace that fails. */
export const CASES: Record<string, { title: string; passes: Trace; fails: Trace }[]> = {
  'RES-001': [
    {
      title: 'a resource without service.instance.id',
      passes: makeTrace(root),
      fails: makeTrace(span('root', { resource: { 'service.name': 'shop' } })),
    },
  ],
  'RES-002': [
    {
      title: 'one service.instance.id on two pods',
      passes: makeTrace(span('a', pod('shop-1', 'one')), span('b', pod('shop-2', 'two'))),
      fails: makeTrace(span('a', pod('shop-1', 'one')), span('b', pod('shop-2', 'one'))),
    },
  ],
  'RES-003': [
    {
      title: 'a pod without k8s.pod.uid',
      passes: makeTrace(span('a', pod('shop-1', 'one'))),
      fails: makeTrace(span('a', resource({ 'k8s.pod.name': 'shop-1' }))),
    },
    {
      title: 'a deployment without k8s.pod.uid, unlike a process on a known node',
      passes: makeTrace(span('a', resource({ 'k8s.node.name': 'node-1' }))),
      fails: makeTrace(span('a', resource({ 'k8s.deployment.name': 'shop' }))),
    },
  ],
  'RES-004': [
    {
      title: 'service.name on a span',
      passes: makeTrace(span('a', { attributes: { 'service.peer.name': 'db' } })),
      fails: makeTrace(span('a', { attributes: { 'service.name': 'shop' } })),
    },
    {
      title: 'http.request.method on a resource',
      passes: makeTrace(span('a', { attributes: { 'http.request.method': 'GET' } })),
      fails: makeTrace(span('a', resource({ 'http.request.method': 'GET' }))),
    },
  ],
  'RES-005': [
    {
      title: 'an empty service.name',
      passes: makeTrace(root),
      fails: makeTrace(span('a', resource({ 'service.name': '' }))),
    },
    {
      title: 'no service.name where the format has no resource',
      passes: makeTrace(makeSpan('a', 'shop')),
      fails: makeTrace(makeSpan('a', '')),
    },
  ],
  'SPA-001': [
    {
      title: 'eleven internal spans',
      passes: children(10, { kind: 'internal' }),
      fails: children(11, { kind: 'internal' }),
    },
  ],
  'SPA-002': [
    {
      title: 'a parent that is not in the trace',
      passes: makeTrace(root, child('a')),
      fails: makeTrace(root, child('a', { parentSpanId: 'lost' })),
    },
  ],
  'SPA-003': [
    {
      title: 'a name with a UUID',
      passes: makeTrace(span('a', { name: 'order' })),
      fails: makeTrace(span('a', { name: 'order 0b1c8a86-3f5e-4a43-9e76-0d9a5d8e4d11' })),
    },
    {
      title: 'the URL path instead of its route',
      passes: makeTrace(
        span('a', { name: 'GET /v/2', attributes: { 'url.path': '/v/2', 'http.route': '/v/2' } }),
      ),
      fails: makeTrace(span('a', { name: 'GET /orders/17', attributes: { 'url.path': '/orders/17' } })),
    },
    {
      title: 'SQL with literals as a name',
      passes: makeTrace(
        span('a', { name: 'SELECT 1', attributes: { 'db.query.text': 'SELECT * FROM orders LIMIT 1' } }),
      ),
      fails: makeTrace(
        span('a', {
          name: "SELECT * FROM users WHERE name = 'ada'",
          attributes: { 'db.query.text': "SELECT * FROM users WHERE name = 'ada'" },
        }),
      ),
    },
    { title: 'eleven names that differ in a number', passes: named(10), fails: named(11) },
  ],
  'SPA-004': [
    {
      title: 'a root of kind client',
      passes: makeTrace(root, child('a', { kind: 'client' })),
      fails: makeTrace(span('a', { kind: 'client' })),
    },
    {
      title: 'a root of kind client in a server, unlike one in a browser',
      passes: makeTrace(span('a', { kind: 'client', ...resource({ 'telemetry.sdk.language': 'webjs' }) })),
      fails: makeTrace(span('a', { kind: 'client', ...resource({ 'telemetry.sdk.language': 'nodejs' }) })),
    },
    {
      title: 'a root of kind client that receives messages, unlike one of kind consumer',
      passes: makeTrace(span('a', { kind: 'consumer', attributes: messaging('receive') })),
      fails: makeTrace(span('a', { kind: 'client', attributes: messaging('receive') })),
    },
  ],
  'SPA-005': [
    {
      title: '21 spans under 5 ms',
      passes: children(20, { durationUs: 4_999, kind: 'client' }),
      fails: children(21, { durationUs: 4_999, kind: 'client' }),
    },
    {
      title: '21 spans of 5 ms, which are not short',
      passes: children(21, { durationUs: 5_000, kind: 'client' }),
      fails: children(22, { durationUs: 0, kind: 'client' }),
    },
  ],
  'SDK-001': [
    {
      title: 'Go 1.23 under an SDK that needs 1.24',
      passes: makeTrace(root),
      fails: makeTrace(span('a', resource({ 'process.runtime.version': 'go1.23.8' }))),
    },
    {
      title: 'Node.js 20 under an SDK that needs 22.15',
      passes: makeTrace(span('a', resource(node('v22.15.0')))),
      fails: makeTrace(span('a', resource(node('v20.19.4')))),
    },
  ],
};

function node(version: string) {
  return {
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '3.0.0',
    'process.runtime.version': version,
  };
}
