// The network policies of infra/k8s and the edges of the scenarios allow and take the same ways.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ISSUER_PUBLIC_KEY, SERVICE_SECRET } from '@trace-mesh/access/keys';
import { build, type Manifest } from '@trace-mesh/topology/kustomize';
import { services } from '@trace-mesh/topology/services';
import { expect, it } from 'vitest';
import { scenarios } from './catalog.ts';
import { waysOf } from './trace-flow.ts';

const inCheckout = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** One end of a connection: a pod, or pods of another namespace. */
interface Peer {
  name: string;
  labels: Record<string, string>;
  /** The labels of its namespace, unless that is the mesh's. */
  namespace?: Record<string, string>;
  /** The ports on which it listens. */
  ports: number[];
}
interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[];
}
interface From {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}
interface Rule {
  from?: From[];
  to?: From[];
  ports: { port: number }[];
}
interface Policy {
  podSelector: Selector;
  policyTypes: string[];
  ingress?: Rule[];
  egress?: Rule[];
}

const matches = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>) =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

const allows = ({ podSelector, namespaceSelector }: From, peer: Peer): boolean => {
  const inNamespace = namespaceSelector ? matches(namespaceSelector, peer.namespace ?? {}) : !peer.namespace;
  return (
    (podSelector !== undefined || namespaceSelector !== undefined) &&
    inNamespace &&
    matches(podSelector ?? {}, peer.labels)
  );
};

/**
 * Whether the policies let `peer` through in one direction of `pod`: all that select the pod are added up, and a pod that none
 * selects is open. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
function passes(
  policies: readonly Policy[],
  pod: Peer,
  direction: 'ingress' | 'egress',
  peer: Peer,
  port: number,
) {
  const type = direction === 'ingress' ? 'Ingress' : 'Egress';
  // Policies are those of the mesh's namespace.
  const own = pod.namespace
    ? []
    : policies.filter(
        (policy) => matches(policy.podSelector, pod.labels) && policy.policyTypes.includes(type),
      );
  if (own.length === 0) return true;
  const rules = own.flatMap((policy) => policy[direction] ?? []);
  return rules.some(
    ({ from, to, ports }) =>
      ports.some((open) => open.port === port) && (from ?? to ?? []).some((entry) => allows(entry, peer)),
  );
}

function peersOf(objects: readonly Manifest[]): Peer[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    if (!['Deployment', 'StatefulSet', 'Job'].includes(kind)) return [];
    const { template } = spec as {
      template: {
        metadata: { labels: Record<string, string> };
        spec: { containers: { ports?: { containerPort: number }[] }[] };
      };
    };
    const ports = template.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ containerPort }) => containerPort),
    );
    return [{ name: metadata.name, labels: template.metadata.labels, ports }];
  });
}

const outside = (name: string, namespace: Record<string, string>): Peer => ({
  name,
  labels: {},
  namespace,
  ports: [],
});
const OUTSIDE = [
  outside('agent', { 'mesh/agents': 'true' }),
  outside('prometheus', { 'mesh/metrics': 'true' }),
  outside('keda', { 'kubernetes.io/metadata.name': 'keda' }),
  outside('anyone', { 'kubernetes.io/metadata.name': 'default' }),
];

const policiesOf = (objects: readonly Manifest[]) =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as unknown as Policy);

/** Every connection that the policies allow, as `from → to:port`. */
function allowedIn(objects: readonly Manifest[]): Set<string> {
  const policies = policiesOf(objects);
  const pods = peersOf(objects);
  const connections = [...pods, ...OUTSIDE].flatMap((from) =>
    pods.filter((to) => to !== from).flatMap((to) => to.ports.map((port) => ({ from, to, port }))),
  );
  const allowed = connections.filter(
    ({ from, to, port }) =>
      passes(policies, from, 'egress', to, port) && passes(policies, to, 'ingress', from, port),
  );
  return new Set(allowed.map(({ from, to, port }) => `${from.name} → ${to.name}:${port}`));
}

/** The servers of the scenarios: the pods of the overlay `local`, each with its port, and the ports of AWS's. */
const SERVERS: Record<string, { at: string; aws: number }> = {
  Postgres: { at: 'postgres:5432', aws: 5432 },
  Redis: { at: 'redis:6379', aws: 6379 },
  SQS: { at: 'localstack:4566', aws: 443 },
  Bedrock: { at: 'bedrock:8080', aws: 443 },
};
const isHub = (name: string) => services.some((service) => service.name === name && service.kind === 'ws');

/** Who connects to whom in the scenarios. The reader of a queue or a channel connects to it, and a socket's client to the hub. */
const taken = new Set(
  scenarios
    .flatMap(({ edges }) => edges.flatMap(waysOf))
    .map(({ from, to }) => {
      const [client, server] = from in SERVERS || isHub(from) ? [to, from] : [from, to];
      return `${client} → ${server}`;
    }),
);

const local = build(inCheckout('infra/k8s/overlays/local'));
const aws = build(inCheckout('infra/k8s/overlays/aws'));

it('the network policies of a cluster allow exactly the ways of the scenarios, and what observes and prepares the mesh', () => {
  const ways = [...taken].map((way) => {
    const [client, server = ''] = way.split(' → ');
    return `${client} → ${SERVERS[server]?.at ?? `${server}:8080`}`;
  });
  const beside = services.flatMap(({ name }) => [`${name} → jaeger:4318`, `prometheus → ${name}:8090`]);
  const expected = [...ways, ...beside, 'migrate → postgres:5432', 'keda → localstack:4566'];
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
    const ports = used.flatMap((server) => (SERVERS[server] ? [SERVERS[server].aws] : []));
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

it('a policy more, or one less, is noticed', () => {
  const before = allowedIn(local);
  const without = local.filter(
    ({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name !== 'to-redis',
  );
  const after = allowedIn(without);
  expect([...before].filter((way) => !after.has(way)).sort()).toEqual([
    'cost-ledger → redis:6379',
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
