import { expect, it } from 'vitest';
import { readFileOf } from './read.fixture.ts';

const TRACE_ID = '463ac35c9f6413ad';
const base = { traceId: TRACE_ID, timestamp: 1_700_000_000_000_000, duration: 100 };
const at = (serviceName: string) => ({ localEndpoint: { serviceName } });

it('a client and a server that share an id are two spans, and the server’s children stay its own', () => {
  const { spans } = readFileOf([
    { ...base, id: 'a', kind: 'CLIENT', name: 'get', ...at('shop') },
    {
      ...base,
      id: 'a',
      kind: 'SERVER',
      name: 'get /stock',
      shared: true,
      timestamp: base.timestamp + 1,
      ...at('stock'),
    },
    { ...base, id: 'b', parentId: 'a', name: 'query', timestamp: base.timestamp + 2, ...at('stock') },
  ]);
  const [client, server, query] = spans;
  expect(client).toMatchObject({
    service: 'shop',
    spanId: '000000000000000a',
    traceId: `0000000000000000${TRACE_ID}`,
  });
  expect(server?.spanId).not.toBe(client?.spanId);
  expect(server?.parentSpanId).toBe(client?.spanId);
  expect(query?.parentSpanId).toBe(server?.spanId);
});

it('the remote endpoint is the other end, by OpenTelemetry’s names', () => {
  const remoteEndpoint = { serviceName: 'mysql', ipv4: '10.0.0.2', port: 3306 };
  const [span] = readFileOf([{ ...base, id: 'a', kind: 'CLIENT', remoteEndpoint, ...at('shop') }]).spans;
  expect(span?.attributes).toEqual({
    'server.service.name': 'mysql',
    'network.peer.address': '10.0.0.2',
    'network.peer.port': 3306,
  });
});

it.each([
  ['timeout', { code: 'ERROR', message: 'timeout' }],
  ['', { code: 'ERROR' }],
  ['true', { code: 'ERROR' }],
  ['false', undefined],
])('the tag error=%j is the status', (error, status) => {
  const [span] = readFileOf([{ ...base, id: 'a', tags: { error }, ...at('shop') }]).spans;
  expect(span?.status).toEqual(status);
  expect(span?.attributes).not.toHaveProperty('error');
});

it('annotations are events', () => {
  const annotations = [
    { timestamp: 9, value: 'wire recv' },
    { timestamp: 7, value: '"retry": {"attempt":2}' },
  ];
  const [span] = readFileOf([{ ...base, id: 'a', annotations, ...at('shop') }]).spans;
  expect(span?.events).toEqual([
    { name: 'retry', timeUs: 7, attributes: { attempt: 2 } },
    { name: 'wire recv', timeUs: 9, attributes: {} },
  ]);
});
