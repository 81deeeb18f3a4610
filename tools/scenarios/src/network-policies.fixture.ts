// Which connections the network policies of a cluster allow.
import type { Manifest } from '@trace-mesh/topology/kustomize-fixture';

/** One end of a connection: a pod, or pods of another namespace. */
export interface Peer {
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

/** Whether a selector of labels selects. */
export const matches = (
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Record<string, string>,
) =>
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

/** The pods that the objects make. */
export function peersOf(objects: readonly Manifest[]): Peer[] {
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

export const policiesOf = (objects: readonly Manifest[]) =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec as unknown as Policy);

/** Every connection that the policies allow, as `from → to:port`. */
export function allowedIn(objects: readonly Manifest[]): Set<string> {
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
