// What a manifest names exists: images and ports in the code, variables in the services' configuration, objects in the overlay.
import { readFileSync } from 'node:fs';
import { BaseConfig, FLUSH_DEADLINE_MS } from '@trace-mesh/runtime/service';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { meshName } from '../compose.ts';
import { services } from '../services.ts';
import { inCheckout } from '../write.ts';
import { build, idOf } from './kustomize.ts';
import { type Manifest, PORT } from './workload.ts';

const read = (path: string) => readFileSync(inCheckout(path), 'utf8');
const composeText = read('docker-compose.yml');
const compose = parse(composeText, { merge: true }) as {
  services: Record<string, { image?: string; build?: { args: { SERVICE: string } } }>;
};
const mesh = meshName(composeText);

type Source = { name: string; optional?: boolean };
interface Container {
  image: string;
  ports?: { name: string; containerPort: number }[];
  env?: { name: string; value?: string }[];
  envFrom?: { configMapRef?: Source; secretRef?: Source }[];
  volumeMounts?: { name: string }[];
}
interface PodSpec {
  containers: Container[];
  volumes?: { name: string; secret?: { secretName: string }; configMap?: Source }[];
  terminationGracePeriodSeconds?: number;
  serviceAccountName?: string;
}
const podOf = ({ spec }: Manifest) => (spec as { template?: { spec: PodSpec } } | undefined)?.template?.spec;

/** The Secrets that a person makes, with their keys: docs/kubernetes.md has the commands. */
const MADE_BY_HAND: Record<string, Record<string, string>> = {
  keys: {},
  postgres: { DATABASE_URL: 'postgres://user:password@database:5432/postgres' },
  redis: { REDIS_URL: 'rediss://cache:6379' },
};

/** The variables that libraries read: the AWS SDK and OpenTelemetry's. */
const OF_LIBRARIES = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_TRACES_SAMPLER',
  'OTEL_SERVICE_NAME',
];

const configs = new Map<string, z.ZodObject>();
for (const { name } of services) {
  const { Config } = (await import(inCheckout(`services/${name}/src/config.ts`))) as { Config: z.ZodObject };
  configs.set(name, Config);
}

describe.each(['local', 'aws'])('in the overlay %s', (overlay) => {
  const all = build(inCheckout(`infra/k8s/overlays/${overlay}`));
  const find = (kind: string, name: string) => all.find((object) => idOf(object) === `${kind} ${name}`);
  const pods = all.flatMap((object) => {
    const pod = podOf(object);
    return pod ? [{ id: idOf(object), name: object.metadata.name, pod }] : [];
  });

  /** The data of a ConfigMap or Secret; undefined where it is optional and absent. Fails where it is required. */
  function dataOf(kind: string, { name, optional }: Source): Record<string, string> | undefined {
    const object = find(kind, name);
    if (object) return (object.data ?? object.stringData) as Record<string, string>;
    if (kind === 'Secret' && MADE_BY_HAND[name]) return MADE_BY_HAND[name];
    if (optional) return undefined;
    throw new Error(`there is no ${kind} ${name}`);
  }

  /** The environment of a container as the kubelet makes it; a reference to a field of the pod becomes its name. */
  function environmentOf({ env = [], envFrom = [] }: Container): Record<string, string> {
    const sources = envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef ? dataOf('ConfigMap', configMapRef) : secretRef && dataOf('Secret', secretRef),
    );
    const environment: Record<string, string> = Object.assign({}, ...sources);
    for (const { name, value = name } of env)
      environment[name] = value.replaceAll(/\$\((\w+)\)/g, (_, used: string) => {
        if (environment[used] === undefined) throw new Error(`$(${used}) in ${name} is not set before it`);
        return environment[used];
      });
    return environment;
  }

  it('every image of this repository is built by docker-compose.yml, from a folder that exists', () => {
    const built = Object.entries(compose.services).flatMap(([name, { image, build: made }]) =>
      made ? [image ?? `${mesh}-${name}`] : [],
    );
    const images = pods.flatMap(({ pod }) => pod.containers.map(({ image }) => image));
    const ours = images
      .map((image) => image.replace(/^.*\//, '').replace(/:.*/, ''))
      .filter((image) => image.startsWith(`${mesh}-`));
    expect(ours.length).toBeGreaterThan(services.length);
    expect(ours.filter((image) => !built.includes(image))).toEqual([]);
    const versions = Object.values(compose.services).map(({ image }) => image);
    expect(images.filter((image) => !image.includes(`${mesh}-`) && !versions.includes(image))).toEqual([]);
  });

  it.each(services)(
    'the environment of $name is what its configuration accepts, and has no variable that nothing reads',
    ({ name }) => {
      const config = configs.get(name);
      const container = pods.find((pod) => pod.name === name)?.pod.containers[0];
      if (!config || !container) throw new Error(`${name} has no configuration or no container`);
      const environment = environmentOf(container);
      expect(config.safeParse(environment).error?.issues).toBeUndefined();
      const referenced = container.env?.map(({ value }) => value).join() ?? '';
      const readBy = (variable: string) =>
        variable in config.shape || OF_LIBRARIES.includes(variable) || referenced.includes(`$(${variable})`);
      const own = container.env?.map(({ name: variable }) => variable) ?? [];
      expect(own.filter((variable) => !readBy(variable))).toEqual([]);
      // A ConfigMap is shared: each of its variables is read by one of the services that have it.
      const somewhere = (variable: string) => [...configs.values()].some(({ shape }) => variable in shape);
      expect(
        Object.keys(environment).filter((variable) => !readBy(variable) && !somewhere(variable)),
      ).toEqual([]);
    },
  );

  it('services stop within the grace period of their pods, the pause for load balancers included', () => {
    for (const { name, pod } of pods.filter(({ name }) => configs.has(name))) {
      const { SHUTDOWN_PAUSE_MS, SHUTDOWN_DEADLINE_MS } = BaseConfig.parse(
        environmentOf(pod.containers[0] as Container),
      );
      expect([name, SHUTDOWN_PAUSE_MS + SHUTDOWN_DEADLINE_MS + FLUSH_DEADLINE_MS]).toEqual([
        name,
        expect.any(Number),
      ]);
      const seconds = (SHUTDOWN_PAUSE_MS + SHUTDOWN_DEADLINE_MS + FLUSH_DEADLINE_MS) / 1000;
      expect(seconds).toBeLessThan(pod.terminationGracePeriodSeconds ?? 0);
    }
  });

  it('every Service selects pods that have the port which it names, and every probe asks a port of its container', () => {
    const labels = (object: Manifest) =>
      (object.spec as { template?: { metadata: { labels: Record<string, string> } } })?.template?.metadata
        .labels;
    for (const service of all.filter(({ kind }) => kind === 'Service')) {
      const { selector, ports } = service.spec as {
        selector: object;
        ports: { port: number; targetPort?: string }[];
      };
      const pod = all.find((object) => {
        const has = labels(object);
        return has && Object.entries(selector).every(([key, value]) => has[key] === value);
      });
      const open = (pod && podOf(pod)?.containers[0]?.ports) ?? [];
      for (const { port, targetPort } of ports)
        expect([
          idOf(service),
          open.some(({ name, containerPort }) => (targetPort ? name === targetPort : containerPort === port)),
        ]).toEqual([idOf(service), true]);
    }
    for (const { id, pod } of pods)
      for (const container of pod.containers) {
        const asked = JSON.stringify(container).matchAll(
          /"(?:httpGet|grpc|tcpSocket)":\{[^}]*"port":"(\w+)"/g,
        );
        for (const [, port] of asked)
          expect([id, container.ports?.map(({ name }) => name)]).toEqual([
            id,
            expect.arrayContaining([port]),
          ]);
      }
    expect(
      services.filter(({ port }) => port !== undefined).map(({ name }) => find('Service', name)?.spec),
    ).toEqual(
      services
        .filter(({ port }) => port !== undefined)
        .map(() => expect.objectContaining({ ports: [expect.objectContaining({ port: PORT })] })),
    );
  });

  it('every volume, ConfigMap, Secret, account and authentication that an object names exists', () => {
    for (const { pod } of pods) {
      for (const container of pod.containers) {
        environmentOf(container);
        const mounted = container.volumeMounts?.map(({ name }) => name) ?? [];
        const claims = all.flatMap(
          ({ spec }) => (spec as { volumeClaimTemplates?: Manifest[] })?.volumeClaimTemplates ?? [],
        );
        const volumes = [
          ...(pod.volumes ?? []).map(({ name }) => name),
          ...claims.map(({ metadata }) => metadata.name),
        ];
        expect(mounted.filter((name) => !volumes.includes(name))).toEqual([]);
      }
      for (const { secret, configMap } of pod.volumes ?? []) {
        if (secret) expect(dataOf('Secret', { name: secret.secretName })).toBeDefined();
        if (configMap) expect(dataOf('ConfigMap', configMap)).toBeDefined();
      }
      if (pod.serviceAccountName) expect(find('ServiceAccount', pod.serviceAccountName)).toBeDefined();
    }
    const authenticated = all.flatMap(
      ({ spec }) => (spec as { triggers?: { authenticationRef: Source }[] })?.triggers ?? [],
    );
    expect(authenticated.length).toBeGreaterThan(0);
    for (const { authenticationRef } of authenticated)
      expect(find('TriggerAuthentication', authenticationRef.name)).toBeDefined();
  });
});
