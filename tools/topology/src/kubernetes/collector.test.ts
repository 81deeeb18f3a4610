// The collector in the overlays: it runs the configuration of infra/collector, on the ports and with the variables of its manifests.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inCheckout } from '../write.ts';
import { type Container, readOverlay } from './overlay.fixture.ts';

const read = (path: string) => readFileSync(inCheckout(path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<
    string,
    { command: string[]; environment: Record<string, string>; volumes: string[]; user?: string }
  >;
};
const TIERS = ['collector', 'collector-tail'] as const;
/** Of Go's runtime. */
const OF_GO = 'GOMEMLIMIT';
const VARIABLE = /\$\{env:(\w+):-([^}]*)\}/g;

interface Configuration {
  exporters?: { load_balancing?: { resolver: { dns: { hostname: string; port: string } } } };
}
interface Limited extends Container {
  args: string[];
  resources: { limits: { memory: string } };
}
const filesOf = (args: readonly string[]) => args.filter((arg) => arg.endsWith('.yaml'));
const textOf = (args: readonly string[]) =>
  filesOf(args)
    .map((file) => read(file.replace('/etc', 'infra')))
    .join('');
const variablesIn = (args: readonly string[]) => [
  OF_GO,
  ...Array.from(textOf(args).matchAll(VARIABLE), ([, name]) => name),
];

it.each(TIERS)('compose sets no variable of %s that its configuration does not read', (name) => {
  const { command = [], environment = {} } = compose.services[name] ?? {};
  expect(variablesIn(command)).toEqual(expect.arrayContaining(Object.keys(environment)));
});

it('in compose, tier 2 keeps its queue on a volume of its own container, which its user may write to', () => {
  const { volumes, environment, user } = compose.services['collector-tail'] ?? expect.fail('collector-tail');
  expect([volumes, user]).toEqual([expect.arrayContaining([environment.QUEUE_DIR]), '0']);
});

describe.each(['local', 'aws'])('in the overlay %s', (overlay) => {
  const { find, pods, dataOf, environmentOf } = readOverlay(overlay);
  const podNamed = (name: string) => pods.find((pod) => pod.name === name)?.pod ?? expect.fail(name);
  const containerOf = (name: string) => podNamed(name).containers[0] as Limited;
  /** The text of its configuration as the collector expands it. */
  const expanded = (name: string) => {
    const container = containerOf(name);
    const environment = environmentOf(container);
    return textOf(container.args).replaceAll(
      VARIABLE,
      (_, variable: string, preset: string) => environment[variable] ?? preset,
    );
  };

  it.each(TIERS)('%s reads the files that compose gives it, unchanged', (name) => {
    const { args } = containerOf(name);
    expect(args).toEqual(compose.services[name]?.command);
    const data = dataOf('ConfigMap', { name: 'collector-config' }) ?? {};
    const mounted = filesOf(args).map((file) => data[file.replace('/etc/collector/', '')]);
    expect(mounted.join('')).toBe(textOf(args));
    expect(podNamed(name).volumes).toContainEqual(
      expect.objectContaining({ configMap: { name: 'collector-config' } }),
    );
  });

  it.each(TIERS)('%s has no variable that its configuration does not read', (name) => {
    const { args, ...container } = containerOf(name);
    expect(variablesIn(args)).toEqual(expect.arrayContaining(Object.keys(environmentOf(container))));
  });

  it.each(TIERS)('%s listens to other pods on exactly the ports of its container', (name) => {
    const listened = [...expanded(name).matchAll(/"0\.0\.0\.0(?::|", port: ")(\d+)"/g)];
    const ports = containerOf(name).ports?.map(({ containerPort }) => containerPort);
    expect(listened.map(([, port]) => Number(port)).sort()).toEqual(ports?.sort());
  });

  it.each(TIERS)(
    '%s refuses spans at a size below its GOMEMLIMIT, and that is below the limit of its container',
    (name) => {
      const container = containerOf(name);
      const [, refused] = /limit_mib: (\d+)/.exec(expanded(name)) ?? [];
      const collected = environmentOf(container)[OF_GO];
      const limits = [refused, collected, container.resources.limits.memory].map((size) =>
        Number.parseInt(size ?? '', 10),
      );
      expect(limits).toEqual(limits.toSorted((a, b) => a - b));
      expect(new Set(limits).size).toBe(3);
    },
  );

  it.each(TIERS)(
    '%s is probed at its health, spread over zones, and one pod of it at a time may be away',
    (name) => {
      const probe = { httpGet: { path: '/', port: 'health' } };
      expect(podNamed(name)).toMatchObject({
        topologySpreadConstraints: [
          { topologyKey: 'topology.kubernetes.io/zone' },
          { topologyKey: 'kubernetes.io/hostname' },
        ],
        containers: [{ startupProbe: probe, livenessProbe: probe, readinessProbe: probe }],
      });
      expect(find('PodDisruptionBudget', name)).toMatchObject({ spec: { maxUnavailable: 1 } });
    },
  );

  it('services export to tier 1, tier 1 to the address of each pod of tier 2, and tier 2 keeps its queue on a volume', () => {
    expect(dataOf('ConfigMap', { name: 'mesh' })).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    });
    expect(find('Service', 'collector')?.spec).toMatchObject({ ports: [{ port: 4318 }] });
    const { exporters } = parse(expanded('collector')) as Configuration;
    expect(exporters?.load_balancing?.resolver.dns).toMatchObject({
      hostname: 'collector-tail',
      port: '4327',
    });
    expect(find('Service', 'collector-tail')?.spec).toMatchObject({
      clusterIP: 'None',
      ports: [{ port: 4327 }],
    });
    const { QUEUE_DIR } = environmentOf(containerOf('collector-tail'));
    expect(containerOf('collector-tail').volumeMounts).toContainEqual({
      name: 'queue',
      mountPath: QUEUE_DIR,
    });
  });
});
