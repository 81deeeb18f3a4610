// What a manifest names exists: images and ports in the code, other objects in the overlay.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { meshName } from '../compose.ts';
import { services } from '../services.ts';
import { inCheckout } from '../write.ts';
import { PORT } from './environment.ts';
import { idOf } from './kustomize.fixture.ts';
import { podOf, readOverlay, type Source } from './overlay.fixture.ts';
import type { Manifest } from './workload.ts';

const read = (path: string) => readFileSync(inCheckout(path), 'utf8');
const composeText = read('docker-compose.yml');
const compose = parse(composeText, { merge: true }) as {
  services: Record<string, { image?: string; build?: { args: { SERVICE: string } } }>;
};
const mesh = meshName(composeText);

describe.each(['local', 'aws'])('in the overlay %s', (overlay) => {
  const { all, find, pods, dataOf, environmentOf } = readOverlay(overlay);

  it('every image is one that docker-compose.yml builds, or runs in this version', () => {
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
