import { scenarios } from '@trace-mesh/scenarios/catalog';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import { expect, it } from 'vitest';
import type { ShownHop } from '../messages.ts';
import { brokenWays, litWays, NODES, WAYS, wayOf } from './mesh-map.ts';

const span = (service: string, kind: Span['kind'], spanId: string, rest: Partial<Span> = {}): Span => ({
  ...{ traceId: 'a'.repeat(32), spanId, name: 'x', kind, service, startUs: 0, durationUs: 1 },
  ...{ attributes: {}, events: [], links: [], ...rest },
});

it('a way is lit when a span of its receiver has a parent at its sender', () => {
  const call = span('edge-mcp', 'client', 'a');
  expect([...litWays([call])]).toEqual([]);
  const both = [call, span('rest-api', 'server', 'b', { parentSpanId: 'a' })];
  expect([...litWays(both)]).toEqual([wayOf('edge-mcp', 'rest-api')]);
});

it('a message lights the way to its queue, and the way from it when it is processed', () => {
  const attributes = { 'messaging.system.name': 'aws.sqs' };
  const sent = span('rest-api', 'producer', 'a', { attributes });
  expect([...litWays([sent])]).toEqual([wayOf('rest-api', 'SQS')]);
  const both = [sent, span('worker', 'consumer', 'b', { parentSpanId: 'a', attributes })];
  expect([...litWays(both)]).toEqual([wayOf('rest-api', 'SQS'), wayOf('SQS', 'worker')]);
});

it('a broken hop marks the way to its receiver', () => {
  const hop = (from: string, to: string, transport: string) =>
    ({ from, to, transport, ok: false }) as ShownHop;
  const broken = [
    hop('rest-api', 'worker', 'sqs'),
    hop('edge-mcp', 'rest-api', 'http'),
    hop('worker', 'worker', 'bedrock'),
  ];
  expect([...brokenWays(broken)]).toEqual([
    wayOf('SQS', 'worker'),
    wayOf('edge-mcp', 'rest-api'),
    wayOf('worker', 'Bedrock'),
  ]);
});

it('every service of every scenario has a place, and every way is between places', () => {
  const services = scenarios.flatMap(({ edges }) =>
    edges.flatMap(({ from, to }) => [from.service, to.service]),
  );
  expect(Object.keys(NODES)).toEqual(expect.arrayContaining([...new Set(services)]));
  expect(Object.keys(NODES)).toEqual(expect.arrayContaining([...new Set(WAYS.flat())]));
});
