// Where each node of the picture stands, which ways there are between them, and over which of these a trace has gone.

import { STORE_OF, VIA } from '@trace-mesh/scenarios/diagram';
import { own } from '@trace-mesh/scenarios/services';
import type { Span } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';

/** Services of your own stand below the story, so many in a row. */
const IN_A_ROW = 6;
const ownPlaces = own.map(({ name }, index): [string, [x: number, y: number]] => [
  name,
  [70 + 140 * (index % IN_A_ROW), 385 + 80 * Math.floor(index / IN_A_ROW)],
]);

/** How high the picture is. */
export const HEIGHT = 330 + 80 * Math.ceil(own.length / IN_A_ROW);

/** Centres of the nodes, in the units of the picture. */
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

/** Not processes of ours: what they do is seen from outside. */
export const STORES = ['SQS', 'Bedrock', 'Redis', 'Postgres'];

/** The ways that any scenario takes. */
export const WAYS: [string, string][] = [
  ['browser', 'console'],
  ['browser', 'ws-hub'],
  ['console', 'agent'],
  ['agent', 'edge-mcp'],
  ['agent', 'rest-api'],
  ['agent', 'cost-ledger'],
  ['agent', 'ws-hub'],
  ['edge-mcp', 'rest-api'],
  ['edge-mcp', 'ws-hub'],
  ['rest-api', 'cost-ledger'],
  ['rest-api', 'SQS'],
  ['rest-api', 'Postgres'],
  ['SQS', 'worker'],
  ['worker', 'Bedrock'],
  ['worker', 'cost-ledger'],
  ['worker', 'Postgres'],
  ['worker', 'Redis'],
  ['cost-ledger', 'Postgres'],
  ['cost-ledger', 'Redis'],
  ['Redis', 'ws-hub'],
  ...own.flatMap(({ name, kind }): [string, string][] =>
    kind === 'sqs'
      ? [
          ['agent', 'SQS'],
          ['SQS', name],
        ]
      : [['agent', name]],
  ),
];

/** A way by its ends, whichever direction was taken. */
export const wayOf = (a: string, b: string): string => [a, b].sort().join(' – ');

const QUEUES: Record<string, string> = { 'aws.sqs': 'SQS', redis: 'Redis' };
const DATABASES: Record<string, string> = { postgresql: 'Postgres', redis: 'Redis' };

/** The ways over which the spans' context has gone. */
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

/** The ways on which a hop broke: where it would have arrived. */
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
