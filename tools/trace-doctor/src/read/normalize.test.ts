import { expect, it } from 'vitest';
import { makeSpan } from '../spans.fixture.ts';
import type { Span } from '../trace.ts';
import { normalize } from './normalize.ts';

const current = (kind: Span['kind'], attributes: Record<string, unknown>) =>
  normalize(makeSpan('a', 'shop', { kind, attributes: { ...attributes } })).attributes;

it.each<[string, Span['kind'], Record<string, unknown>, Record<string, unknown>]>([
  [
    'HTTP client',
    'client',
    {
      'http.method': 'GET',
      'http.url': 'http://stock/a',
      'http.status_code': '200',
      'net.peer.name': 'stock',
    },
    {
      'http.request.method': 'GET',
      'url.full': 'http://stock/a',
      'http.response.status_code': 200,
      'server.address': 'stock',
    },
  ],
  [
    'HTTP server',
    'server',
    { 'http.target': '/a?b=1?2', 'http.host': 'shop:8080', 'http.flavor': '1.1', 'net.peer.name': 'agent' },
    {
      'url.path': '/a',
      'url.query': 'b=1?2',
      'server.address': 'shop',
      'server.port': 8080,
      'network.protocol.version': '1.1',
      'client.address': 'agent',
    },
  ],
  [
    'gRPC',
    'client',
    {
      'rpc.system': 'grpc',
      'rpc.service': 'stock.v1.Stock',
      'rpc.method': 'Get',
      'rpc.grpc.status_code': 14,
    },
    { 'rpc.system.name': 'grpc', 'rpc.method': 'stock.v1.Stock/Get', 'rpc.status_code': 'UNAVAILABLE' },
  ],
  [
    'database',
    'client',
    { 'db.system': 'postgresql', 'db.name': 'shop', 'db.statement': 'select 1' },
    { 'db.system.name': 'postgresql', 'db.namespace': 'shop', 'db.query.text': 'select 1' },
  ],
  [
    'messaging',
    'consumer',
    {
      'messaging.system': 'kafka',
      'messaging.destination': 'orders',
      'messaging.operation': 'publish',
      'messaging.kafka.consumer_group': 'stock',
      'messaging.message_id': '7',
    },
    {
      'messaging.system.name': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.operation.type': 'send',
      'messaging.consumer.group.name': 'stock',
      'messaging.message.id': '7',
    },
  ],
  [
    'OpenTracing',
    'client',
    { 'peer.service': 'stock', 'peer.port': '80', 'db.type': 'redis', 'message_bus.destination': 'orders' },
    {
      'server.service.name': 'stock',
      'server.port': 80,
      'db.system.name': 'redis',
      'messaging.destination.name': 'orders',
    },
  ],
])('a span of older %s conventions gets the current names, and keeps its own', (_, kind, old, expected) => {
  const { 'rpc.method': __, ...kept } = old;
  expect(current(kind, old)).toMatchObject({ ...kept, ...expected });
});

it('a current attribute is not replaced by an old one', () => {
  const both = { 'http.request.method': 'POST', 'http.method': 'GET', 'url.path': '/a', 'http.target': '/b' };
  expect(current('server', both)).toEqual(both);
});

it('a resource gets the current names as well', () => {
  const resource = { 'deployment.environment': 'test' };
  expect(normalize(makeSpan('a', 'shop', { resource })).resource).toEqual({
    ...{ 'deployment.environment': 'test', 'deployment.environment.name': 'test' },
  });
});
