// The network policies of infra/k8s and the edges of the scenarios allow and take the same ways.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ISSUER_PUBLIC_KEY, SERVICE_SECRET } from '@trace-mesh/access/keys';
import { build, type Manifest } from '@trace-mesh/topology/kustomize-fixture';
import { services } from '@trace-mesh/topology/services';
import { expect, it } from 'vitest';
import { scenarios } from './catalog.ts';
import { allowedIn, matches, type Peer, peersOf, policiesOf } from './network-policies.fixture.ts';
import { waysOf } from './trace-flow.ts';

const inCheckout = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The servers of the scenarios: the pods of the overlay `local`, each with its port, and the ports of AWS's. */
const SERVERS: Record<string, { at: string; aws: number }> = {
  Postgres: { at: 'postgres:5432', aws: 5432 },
  Redis: { at: 'redis:6379', aws: 6379 },
  SQS: { at: 'localstack:4566', aws: 443 },
  Bedrock: { at: 'bedrock:8080', aws: 443 },
};
const isHub = (name: string) => services.some((service) => service.name === name && service.kind === 'ws');

/** Its tiers, and who watches them. */
const OF_THE_COLLECTOR = [
  'collector → collector-tail:4327',
  ...['collector:8888', 'collector-tail:8888', 'collector-tail:8889'].map((port) => `prometheus → ${port}`),
];

/** Who connects to whom in the scenarios. The reader of a queue or a channel connects to it, and a socket's client to the hub. */
const taken = new Set(
  scenarios
    .flatMap(({ edges }) => edges.flatMap(waysOf))
    .map(({ from, to }) => {
      const [client, server] = from in SERVERS || isHub(from) ? [to, from] : [from, to];
      return `${client} → ${server}`;
    }),
);

/** They only count requests in Redis, which has no span. */
const COUNTING = ['edge-mcp', 'rest-api'];

const local = build(inCheckout('infra/k8s/overlays/local'));
const aws = build(inCheckout('infra/k8s/overlays/aws'));

it('the network policies of a cluster allow exactly the ways of the scenarios, and what observes and prepares the mesh', () => {
  const ways = [...taken].map((way) => {
    const [client, server = ''] = way.split(' → ');
    return `${client} → ${SERVERS[server]?.at ?? `${server}:8080`}`;
  });
  const beside = services.flatMap(({ name }) => [`${name} → collector:4318`, `prometheus → ${name}:8090`]);
  const counting = COUNTING.map((name) => `${name} → redis:6379`);
  const others = [...counting, 'migrate → postgres:5432', 'keda → localstack:4566'];
  const expected = [...ways, ...beside, ...OF_THE_COLLECTOR, 'collector-tail → jaeger:4318', ...others];
  expect([...allowedIn(local)].sort()).toEqual(expected.sort());
});

it('with the servers of AWS, each service may leave the cluster on the ports of the servers that its scenarios use, and no other', () => {
  const leaving = (pod: Peer) =>
    policiesOf(aws)
      .filter(({ podSelector }) => matches(podSelector, pod.labels))
      .flatMap(({ egress = [] }) => egress)
      .filter(({ to }) => to?.some(({ ipBlock }) => ipBlock))
      .flatMap(({ ports }) => ports.map(({ port }) => port));
  for (const pod of peersOf(aws).filter(({ name }) => name !== 'migrate')) {
    const used = [...taken]
      .filter((way) => way.startsWith(`${pod.name} → `))
      .map((way) => way.split(' → ')[1] ?? '');
    const counts = COUNTING.includes(pod.name) ? ['Redis'] : [];
    const ports = [...used, ...counts].flatMap((server) => (SERVERS[server] ? [SERVERS[server].aws] : []));
    expect([pod.name, new Set(leaving(pod))]).toEqual([pod.name, new Set(ports)]);
  }
});

it('between services, the ways are the same with the servers of AWS', () => {
  const between = (objects: readonly Manifest[]) =>
    [...allowedIn(objects)]
      .filter((way) => services.some(({ name }) => way.endsWith(` → ${name}:8080`)))
      .sort();
  expect(between(aws)).toEqual(between(local));
  expect(between(aws).length).toBeGreaterThan(5);
});

it('with the servers of AWS, spans take the same way, and leave the namespace from tier 2 of the collector alone', () => {
  const ofSpans = (objects: readonly Manifest[]) =>
    [...allowedIn(objects)].filter((way) => way.includes(' → collector')).sort();
  expect(ofSpans(aws)).toEqual(ofSpans(local));
  const store = { 'kubernetes.io/metadata.name': 'observability' };
  const leaving = peersOf(aws).filter((pod) =>
    policiesOf(aws)
      .filter(({ podSelector }) => matches(podSelector, pod.labels))
      .flatMap(({ egress = [] }) => egress.flatMap(({ to = [] }) => to))
      .some(({ namespaceSelector }) => namespaceSelector && matches(namespaceSelector, store)),
  );
  expect(leaving.map(({ name }) => name)).toEqual(['collector-tail']);
});

it('a policy more, or one less, is noticed', () => {
  const before = allowedIn(local);
  const without = local.filter(
    ({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name !== 'to-redis',
  );
  const after = allowedIn(without);
  expect([...before].filter((way) => !after.has(way)).sort()).toEqual([
    'cost-ledger → redis:6379',
    'edge-mcp → redis:6379',
    'rest-api → redis:6379',
    'worker → redis:6379',
    'ws-hub → redis:6379',
  ]);
  const open = local.filter(({ kind }) => kind !== 'NetworkPolicy');
  expect(allowedIn(open).has('anyone → postgres:5432')).toBe(true);
  expect([...before].filter((way) => way.startsWith('anyone'))).toEqual([]);
});

it('the guide has a command for each Secret that the overlay aws does not contain, with the names that the code reads', () => {
  const guide = readFileSync(inCheckout('docs/kubernetes.md'), 'utf8');
  const text = JSON.stringify(aws);
  const named = [...text.matchAll(/"secretRef":\{"name":"(\w+)"\}|"secretName":"(\w+)"/g)].map(
    ([, a, b]) => a ?? b ?? '',
  );
  expect(new Set(named)).toEqual(new Set(['keys', 'postgres', 'redis']));
  for (const name of named) expect(guide).toContain(`create secret generic ${name} `);
  for (const file of [ISSUER_PUBLIC_KEY, SERVICE_SECRET])
    expect(guide).toContain(`--from-file=.mesh/keys/${file}`);
  for (const variable of ['DATABASE_URL', 'REDIS_URL'])
    expect(guide).toContain(`--from-literal=${variable}=`);
});
