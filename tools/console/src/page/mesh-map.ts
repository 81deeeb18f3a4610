// The picture of the mesh: the places of its nodes, the ways between them, and the ways that a trace took.

import { STORE_OF, VIA } from '@trace-mesh/scenarios/diagram';
import { hasQueue, isAddressed, type Need, own, type Service, story } from '@trace-mesh/topology/services';
import { byStart, type Span } from '@trace-mesh/trace-doctor/trace';
import type { ShownHop } from '../messages.ts';

/** The picture: its size, and the centre of each node. */
export interface Layout {
  width: number;
  height: number;
  places: Record<string, [x: number, y: number]>;
}

/** Half the width and half the height of a node. */
export const NODE = { x: 54, y: 20 };

/** Generated services are in rows of this length above the others. */
const IN_A_ROW = 6;
const ROW = 70;
const top = ROW * Math.ceil(own.length / IN_A_ROW);
const ownPlaces = own.map(({ name }, index): [string, [x: number, y: number]] => [
  name,
  [160 + 140 * (index % IN_A_ROW), 30 + ROW * Math.floor(index / IN_A_ROW)],
]);

/** Without crossing ways (mesh-map.test.ts). */
const STORY: Layout['places'] = {
  browser: [65, 300],
  console: [65, 120],
  agent: [230, 40],
  'edge-mcp': [355, 215],
  'rest-api': [420, 130],
  'cost-ledger': [910, 30],
  Postgres: [740, 130],
  SQS: [680, 190],
  worker: [850, 195],
  Bedrock: [790, 255],
  Redis: [910, 400],
  'ws-hub': [230, 395],
};

/** For a wide page. */
export const WIDE: Layout = {
  width: 970,
  height: top + 430,
  places: {
    ...Object.fromEntries(ownPlaces),
    ...Object.fromEntries(Object.entries(STORY).map(([name, [x, y]]) => [name, [x, top + y]])),
  },
};

/** For a narrow page: the same picture along the other diagonal. */
export const TALL: Layout = {
  width: WIDE.height + 50,
  height: WIDE.width * 0.68,
  places: Object.fromEntries(Object.entries(WIDE.places).map(([name, [x, y]]) => [name, [y + 25, x * 0.68]])),
};

/** Nodes without spans: what they do is seen from their clients. */
export const STORES = ['SQS', 'Bedrock', 'Redis', 'Postgres'];

const STORE: Record<Need, string> = {
  postgres: 'Postgres',
  redis: 'Redis',
  queue: 'SQS',
  bedrock: 'Bedrock',
};

/** The ways to a service and from it. */
function waysOf(service: Service): [string, string][] {
  const { name, needs = [], calls = [] } = service;
  const used = hasQueue(service) ? [...needs, 'queue' as const] : needs;
  return [
    ...(isAddressed(service) ? ['agent'] : []).map((caller): [string, string] => [caller, name]),
    ...calls.map((callee): [string, string] => [name, callee]),
    ...used.map((need): [string, string] => [name, STORE[need]]),
  ];
}

/** The ways that the scenarios of this repository take. */
export const STORY_WAYS: [string, string][] = [
  ['browser', 'console'],
  ['browser', 'ws-hub'],
  ['console', 'agent'],
  ...story.flatMap(waysOf),
];

/** All ways, with those of generated services. */
export const WAYS: [string, string][] = [
  ...STORY_WAYS,
  ...(own.some(hasQueue) ? [['agent', 'SQS'] as [string, string]] : []),
  ...own.flatMap(waysOf),
];

/** The name of a way, independent of direction. */
export const wayOf = (a: string, b: string): string => [a, b].sort().join(' – ');

const QUEUES: Record<string, string> = { 'aws.sqs': 'SQS', redis: 'Redis' };
const DATABASES: Record<string, string> = { postgresql: 'Postgres', redis: 'Redis' };

/** The ways that the context of the spans took, in the order in which it took them first. */
export function litWays(spans: readonly Span[]): Set<string> {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  return new Set(
    spans.toSorted(byStart).flatMap((span) => {
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
