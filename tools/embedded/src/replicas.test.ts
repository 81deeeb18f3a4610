import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { addressesOf, PORT_COUNT } from './addresses.ts';
import { extraPorts, parseScale, replicate } from './replicas.ts';
import { topology } from './topology.ts';

const settings = { basePort: 20_000, runDir: '/run', databasePassword: randomBytes(8).toString('hex') };
const one = topology({ ...settings, keysDir: '/keys', console: true, forward: {} });
const { port } = addressesOf(settings);
const SCALE = { worker: 3, 'ws-hub': 2, 'rest-api': 2, 'edge-mcp': 2, 'cost-ledger': 2 };

function scaled() {
  let next = settings.basePort + PORT_COUNT;
  const specs = replicate(one, SCALE, () => next++);
  return { specs, used: next - settings.basePort - PORT_COUNT };
}
const envOf = (name: string) => scaled().specs.find((spec) => spec.name === name)?.env ?? {};

it('replicas use the ports that were counted, and no port twice', () => {
  const { specs, used } = scaled();
  expect(used).toBe(extraPorts(SCALE));
  const ports = specs.flatMap(({ env }) => [env.PORT, env.HEALTH_PORT].filter(Boolean));
  expect(new Set(ports).size).toBe(ports.length);
});

it('a balancer has the address of a service over HTTP, and its replicas as targets', () => {
  const replicas = ['rest-api', 'rest-api-2'].map((name) => `127.0.0.1:${envOf(name).PORT}`);
  expect(envOf('rest-api.balancer')).toMatchObject({
    PORT: `${port('rest-api')}`,
    TARGETS: replicas.join(' '),
  });
  expect(envOf('edge-mcp-2').REST_API_URL).toBe(`http://127.0.0.1:${port('rest-api')}`);
  expect(envOf('edge-mcp-2').PUBLIC_URL).toBe(`http://127.0.0.1:${port('edge-mcp')}/mcp`);
});

it('callers over gRPC have the addresses of all replicas, and start after them', () => {
  const replicas = ['cost-ledger', 'cost-ledger-2'].map((name) => `127.0.0.1:${envOf(name).PORT}`);
  expect(envOf('worker-3').COST_LEDGER_ADDRESS).toBe(`ipv4:${replicas.join(',')}`);
  expect(scaled().specs.find(({ name }) => name === 'rest-api')?.dependsOn).toContain('cost-ledger-2');
});

it('one process of each is the mesh as it is without a scale', () => {
  const fail = () => expect.unreachable('no port is needed');
  expect(replicate(one, { worker: 1 }, fail)).toEqual(one);
});

it('a scale names services and counts', () => {
  expect(parseScale('worker=3, ws-hub=2')).toEqual({ worker: 3, 'ws-hub': 2 });
  expect(() => parseScale('postgres=2')).toThrow('postgres is no service that can be scaled');
  expect(() => parseScale('worker=0')).toThrow('worker=0 is not a scale');
});
