// The picture of the mesh: the places of its nodes, the ways between them, and the ways that a trace took.

import { STORE_OF, VIA } from '@trace-mesh/scenarios/diagram';
import { own } from '@trace-mesh/scenarios/services';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';

/** Generated services are in rows of this length below the others. */
const IN_A_ROW = 6;
const ownPlaces = own.map(({ name }, index): [string, [x: number, y: number]] => [
  name,
  [70 + 140 * (index % IN_A_ROW), 385 + 80 * Math.floor(index / IN_A_ROW)],
]);

export const HEIGHT = 330 + 80 * Math.ceil(own.length / IN_A_ROW);

/** The centre of each node. */
export const NODES: Record<string, [x: number, y: number]> = {
  browser: [70, 50],
  console: [215, 50],
  agent: [70, 165],
  'edge-mcp': [215, 205],
  'rest-api': [370, 165],
  'cost-ledger': [370, 50],
  SQS: [505, 165],
  worker: [630, 165],
  Bedrock: [765, 165],
  'ws-hub': [215, 295],
  Redis: [505, 295],
  Postgres: [630, 50],
  ...Object.fromEntries(ownPlaces),
};

/** Nodes without spans: what they do is seen from their clients. */
export const STORES = ['SQS', 'Bedrock', 'Redis', 'Postgres'];

/** To which nodes each sends, in any scenario. */
const RECEIVERS: Record<string, string[]> = {
  browser: ['console', 'ws-hub'],
  console: ['agent'],
  agent: ['edge-mcp', 'rest-api', 'cost-ledger', 'ws-hub'],
  'edge-mcp': ['rest-api', 'ws-hub'],
  'rest-api': ['cost-ledger', 'SQS', 'Postgres'],
  SQS: ['worker'],
  worker: ['Bedrock', 'cost-ledger', 'Postgres', 'Redis'],
  'cost-ledger': ['Postgres', 'Redis'],
  Redis: ['ws-hub'],
};

/** The ways that any scenario takes. */
export const WAYS: [string, string][] = [
  ...Object.entries(RECEIVERS).flatMap(([from, all]) => all.map((to): [string, string] => [from, to])),
  ...own.flatMap(({ name, kind }): [string, string][] => {
    const viaQueue: [string, string][] = [
      ['agent', 'SQS'],
      ['SQS', name],
    ];
    return kind === 'sqs' ? viaQueue : [['agent', name]];
  }),
];

/** The name of a way, independent of direction. */
export const wayOf = (a: string, b: string): string => [a, b].sort().join(' – ');

const QUEUES: Record<string, string> = { 'aws.sqs': 'SQS', redis: 'Redis' };
const DATABASES: Record<string, string> = { postgresql: 'Postgres', redis: 'Redis' };

/** The ways that the context of the spans took. */
export function litWays(spans: readonly Span[]): Set<string> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return new Set(
    spans.flatMap((span) => {
      const { service, kind, attributes } = span;
      const queue = QUEUES[String(attributes['messaging.system.name'])];
      const model = 'gen_ai.provider.name' in attributes ? 'Bedrock' : undefined;
      const store = DATABASES[String(attributes['db.system.name'])] ?? model;
      if (kind === 'producer' && queue) return [wayOf(service, queue)];
      if (kind === 'client' && store) return [wayOf(service, store)];
      const sender = byId.get(span.parentSpanId ?? '')?.service;
      if (!sender || sender === service) return [];
      return queue ? [wayOf(sender, queue), wayOf(queue, service)] : [wayOf(sender, service)];
    }),
  );
}

/** The ways on which a hop is broken, at the receiver. */
export function brokenWays(hops: readonly ShownHop[]): Set<string> {
  return new Set(
    hops
      .filter((hop) => !hop.ok)
      .map(({ from, to, transport }) => {
        if (from !== to) return wayOf(VIA[transport] ?? from, to);
        return wayOf(from, STORE_OF[transport] ?? VIA[transport] ?? to);
      }),
  );
}
