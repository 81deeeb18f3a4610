// Several processes of one service. Callers over HTTP and WebSocket have one address, where a balancer listens; callers over gRPC get
// all addresses and balance themselves.
import { addressOf, callVariable, isAddressed, services } from '@trace-mesh/topology/services';
import { HOST } from './addresses.ts';
import { MeshError } from './mesh-error.ts';
import type { ProcessSpec } from './topology.ts';

/** How many processes each service has, by name; one without an entry. */
export type Scale = Readonly<Record<string, number>>;

type Row = (typeof services)[number];

/** Reads `worker=3,ws-hub=2`. Throws a MeshError that names what is wrong. */
export function parseScale(text: string): Scale {
  const entries = text.split(',').map((part) => {
    const [, name, count] = /^([a-z][a-z0-9-]*)=([1-9])$/.exec(part.trim()) ?? [];
    if (!name || !count) throw new MeshError(`${part} is not a scale (write NAME=COUNT, such as worker=3)`);
    rowOf(name);
    return [name, Number(count)] as const;
  });
  return Object.fromEntries(entries);
}

function rowOf(name: string): Row {
  const row = services.find((service) => service.name === name);
  const names = services.map((service) => service.name).join(', ');
  if (!row) throw new MeshError(`${name} is no service that can be scaled (choose from ${names})`);
  return row;
}

const isBalanced = (row: Row) => isAddressed(row) && row.kind !== 'grpc';

/** The ports that the replicas need beside those of the services themselves. */
export function extraPorts(scale: Scale): number {
  const needed = Object.entries(scale).map(([name, count]) => {
    const row = rowOf(name);
    if (count === 1) return 0;
    // A health port for each further replica; where they listen, one more, and for all where a balancer has the service's own.
    if (!isAddressed(row)) return count - 1;
    return isBalanced(row) ? 2 * count - 1 : 2 * (count - 1);
  });
  return needed.reduce((sum, count) => sum + count, 0);
}

/** `specs` with the replicas in place of each scaled service: the first keeps the name, the next are `NAME-2`, `NAME-3`. */
export function replicate(specs: ProcessSpec[], scale: Scale, nextPort: () => number): ProcessSpec[] {
  return Object.entries(scale)
    .filter(([, count]) => count > 1)
    .reduce((all, [name, count]) => scaleOne(all, rowOf(name), count, nextPort), specs);
}

function scaleOne(specs: ProcessSpec[], row: Row, count: number, nextPort: () => number): ProcessSpec[] {
  const spec = specs.find(({ name }) => name === row.name);
  // A mesh may be started without it (`only`).
  if (!spec) return specs;
  const { PORT = '' } = spec.env;
  const own = `${HOST}:${PORT}`;
  const replicas = Array.from({ length: count }, (_, index) => {
    const listens = isAddressed(row) && (index > 0 || isBalanced(row));
    return replica(spec, index, {
      ...(listens && { PORT: String(nextPort()) }),
      ...(index > 0 && { HEALTH_PORT: String(nextPort()) }),
      ...(row.publicUrl && { PUBLIC_URL: addressOf(row.kind, own) }),
    });
  });
  const addresses = replicas.map(({ env }) => `${HOST}:${env.PORT}`);
  const names = replicas.map(({ name }) => name);
  // https://github.com/grpc/grpc/blob/master/doc/naming.md
  const callers = row.kind === 'grpc' ? { [callVariable(row)]: `ipv4:${addresses.join(',')}` } : {};
  return [
    ...specs.flatMap((other) => (other === spec ? replicas : [withReplicas(other, names, callers)])),
    ...(isBalanced(row) ? [balancer(row.name, PORT, addresses)] : []),
  ];
}

function replica(spec: ProcessSpec, index: number, change: Record<string, string>): ProcessSpec {
  const env = { ...spec.env, ...change };
  const name = index === 0 ? spec.name : `${spec.name}-${index + 1}`;
  return { ...spec, name, env, ready: { http: `http://${HOST}:${env.HEALTH_PORT}/readyz` } };
}

/** A process that depends on the service depends on all its replicas, and calls all of them. */
function withReplicas(
  spec: ProcessSpec,
  names: readonly string[],
  callers: Record<string, string>,
): ProcessSpec {
  const changed = Object.entries(callers).filter(([variable]) => variable in spec.env);
  const dependsOn = spec.dependsOn.flatMap((name) => (name === names[0] ? names : [name]));
  return { ...spec, dependsOn, env: { ...spec.env, ...Object.fromEntries(changed) } };
}

const balancer = (name: string, port: string, addresses: readonly string[]): ProcessSpec => ({
  name: `${name}.balancer`,
  cwd: 'tools/embedded',
  args: ['src/balancer/main.ts'],
  env: { HOST, PORT: port, TARGETS: addresses.join(' ') },
  dependsOn: [],
  ready: { tcp: Number(port) },
  watch: [],
});
