// The trust boundary as network policies: nothing is allowed but the ways that the rows name.
import { isAddressed, type Need, needsOf, type Service } from '../services.ts';
import { type Mesh, PORT } from './environment.ts';
import { type Manifest, selectorOf } from './workload.ts';

/** The label of the namespaces whose pods may call the public services: of agents, and of the ingress controller. */
const AGENTS = { 'mesh/agents': 'true' };
const agents = { namespaceSelector: { matchLabels: AGENTS } };

/** The pods that serve each need in the cluster, and their port. Agents send messages again, and set the model's double. */
const SERVERS: Record<Need, { name: string; port: number; fromAgents?: true }> = {
  postgres: { name: 'postgres', port: 5432 },
  redis: { name: 'redis', port: 6379 },
  queue: { name: 'localstack', port: 4566, fromAgents: true },
  bedrock: { name: 'bedrock', port: PORT, fromAgents: true },
};
/** The ports of the same servers at AWS. */
const AWS_PORTS: Record<Need, number> = { postgres: 5432, redis: 6379, queue: 443, bedrock: 443 };
const NEEDS = Object.keys(SERVERS) as Need[];

/** What uses Postgres beside the services: the Job that applies the migrations. */
const MIGRATE = 'migrate';

const tcp = (...ports: number[]) => ports.map((port) => ({ protocol: 'TCP', port }));
const pods = (names: readonly string[]) => ({
  podSelector: { matchExpressions: [{ key: 'app.kubernetes.io/name', operator: 'In', values: names }] },
});
const pod = (name: string) => ({ podSelector: { matchLabels: selectorOf(name) } });

const policy = (name: string, spec: object): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec,
});

const DENY = policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });

function policyOf(service: Service, rows: readonly Service[]): Manifest {
  const { name, calls = [] } = service;
  const callers = rows.filter((row) => row.calls?.includes(name));
  const ingress = [...callers.map((caller) => pod(caller.name)), ...(isAddressed(service) ? [agents] : [])];
  return policy(name, {
    ...pod(name),
    policyTypes: ['Ingress', 'Egress'],
    ...(ingress.length > 0 && { ingress: [{ from: ingress, ports: tcp(PORT) }] }),
    ...(calls.length > 0 && { egress: [{ to: calls.map(pod), ports: tcp(PORT) }] }),
  });
}

/** The ways between services, and from agents to them. Everything else is denied. */
export const servicePolicies = ({ rows }: Mesh): Manifest[] => [
  DENY,
  ...rows.map((row) => policyOf(row, rows)),
];

const usersOf = (need: Need, rows: readonly Service[]): string[] => [
  ...rows.filter((row) => needsOf(row).includes(need)).map(({ name }) => name),
  ...(need === 'postgres' ? [MIGRATE] : []),
];

/** The ways to servers in the cluster. */
export const serverPolicies = ({ rows }: Mesh): Manifest[] =>
  NEEDS.flatMap((need) => {
    const { name, port, fromAgents } = SERVERS[need];
    const users = usersOf(need, rows);
    if (users.length === 0) return [];
    const from = [pods(users), ...(fromAgents ? [agents] : [])];
    return [
      policy(name, { ...pod(name), policyTypes: ['Ingress'], ingress: [{ from, ports: tcp(port) }] }),
      policy(`to-${name}`, {
        ...pods(users),
        policyTypes: ['Egress'],
        egress: [{ to: [pod(name)], ports: tcp(port) }],
      }),
    ];
  });

/** The ways to servers at AWS, which have addresses of the VPC: RDS, ElastiCache and the interface endpoints of SQS and Bedrock. */
export const awsPolicies = ({ rows }: Mesh, vpc: string): Manifest[] =>
  NEEDS.flatMap((need) => {
    const users = usersOf(need, rows);
    const to = [{ ipBlock: { cidr: vpc } }];
    const egress = [{ to, ports: tcp(AWS_PORTS[need]) }];
    return users.length > 0
      ? [policy(`to-${need}`, { ...pods(users), policyTypes: ['Egress'], egress })]
      : [];
  });
