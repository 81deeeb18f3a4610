// The objects of each overlay: valid, and for each service all that keeps it available and contained.
import { describe, expect, it } from 'vitest';
import { isAddressed, services } from '../services.ts';
import { inCheckout } from '../write.ts';
import { build, idOf } from './kustomize.fixture.ts';
import { podOf } from './overlay.fixture.ts';
import { problemsOf } from './validate.fixture.ts';
import type { Manifest } from './workload.ts';

const overlays = ['local', 'aws'] as const;
const objects = Object.fromEntries(
  overlays.map((name) => [name, build(inCheckout(`infra/k8s/overlays/${name}`))]),
);

const SPREAD = [{ topologyKey: 'topology.kubernetes.io/zone' }, { topologyKey: 'kubernetes.io/hostname' }];

describe.each(overlays)('the overlay %s', (overlay) => {
  const all = objects[overlay] ?? [];
  const find = (kind: string, name: string) => all.find((object) => idOf(object) === `${kind} ${name}`);

  it('has only objects that the schemas of Kubernetes and KEDA accept, without unknown fields', () => {
    expect(
      all.flatMap((object) => problemsOf(object).map((problem) => `${idOf(object)}: ${problem}`)),
    ).toEqual([]);
  });

  it.each(services)('probes $name where it answers, and spreads it over zones', ({ name, kind }) => {
    const live = { httpGet: { path: '/livez' } };
    expect(find('Deployment', name)?.spec).toMatchObject({
      template: {
        spec: {
          topologySpreadConstraints: SPREAD,
          containers: [
            {
              startupProbe: live,
              livenessProbe: live,
              readinessProbe: kind === 'grpc' ? { grpc: { port: 8080 } } : { httpGet: { path: '/readyz' } },
            },
          ],
        },
      },
    });
    expect(find('ServiceAccount', name)).toMatchObject({ automountServiceAccountToken: false });
    expect(find('PodDisruptionBudget', name)).toMatchObject({ spec: { maxUnavailable: 1 } });
  });

  const pods = all.flatMap((object) => {
    const pod = podOf(object);
    return pod ? [{ id: idOf(object), kind: object.kind, pod }] : [];
  });

  it.each(pods)(
    '$id has no token of the API, limits, probes while it runs, and no rights unless it is LocalStack',
    ({ id, kind, pod }) => {
      const probe = expect.any(Object);
      const contained = {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      };
      const rights = id !== 'Deployment localstack';
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        ...(rights && {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        }),
        containers: [
          {
            resources: { requests: { cpu: expect.any(String) }, limits: { memory: expect.any(String) } },
            ...(rights && { securityContext: contained }),
            ...(kind !== 'Job' && { startupProbe: probe, livenessProbe: probe, readinessProbe: probe }),
          },
        ],
      });
    },
  );

  it.each(services)('scales $name by its CPU if it is called, and by its queue if it is not', (service) => {
    const byCpu = find('HorizontalPodAutoscaler', service.name);
    const byQueue = find('ScaledObject', service.name);
    expect([Boolean(byCpu), Boolean(byQueue)]).toEqual(isAddressed(service) ? [true, false] : [false, true]);
    expect(find('Deployment', service.name)?.spec).not.toHaveProperty('replicas');
    const target = { kind: 'Deployment', name: service.name };
    expect((byCpu ?? byQueue)?.spec).toMatchObject({ scaleTargetRef: target });
  });

  it.each(services.filter(isAddressed))(
    'gives the callers of $name one address, or that of each pod for gRPC',
    ({ name, kind }) => {
      const spec = find('Service', name)?.spec as { clusterIP?: string } | undefined;
      expect(spec?.clusterIP).toBe(kind === 'grpc' ? 'None' : undefined);
    },
  );
});

it('every pod of the overlay aws meets the standard "restricted", which its namespace enforces', () => {
  const all = objects.aws ?? [];
  expect(all.find(({ kind }) => kind === 'Namespace')?.metadata).toMatchObject({
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
  const pods = all.flatMap((object) => podOf(object) ?? []);
  // The services, the Job of the migrations and the two tiers of the collector.
  expect(pods).toHaveLength(services.length + 3);
  // https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
  for (const pod of pods) {
    expect(pod).toMatchObject({
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
    });
    expect(pod.volumes?.filter(({ secret, configMap }) => !secret && !configMap) ?? []).toEqual([]);
  }
});

it('the overlay aws has no secret', () => {
  expect(objects.aws?.filter(({ kind }) => kind === 'Secret')).toEqual([]);
});

describe('an invalid object is reported:', () => {
  const worker = objects.local?.find((object) => idOf(object) === 'ScaledObject worker') as Manifest;
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
  it.each([
    ['an unknown field', { ...service, spec: { port: 1 } }, /must NOT have additional properties/],
    [
      'a missing field',
      { ...service, spec: { ports: [{ name: 'http' }] } },
      /must have required property 'port'/,
    ],
    ['a wrong type', { ...service, spec: { ports: [{ port: '80' }] } }, /must be integer/],
    ['an unknown kind', { ...service, kind: 'Servise' }, /no schema of v1 Servise/],
    [
      'a number where KEDA reads text',
      {
        ...worker,
        spec: {
          ...(worker.spec as object),
          triggers: [{ type: 'aws-sqs-queue', metadata: { queueLength: 5 } }],
        },
      },
      /must be string/,
    ],
  ])('%s', (_, object, problem) => {
    expect(problemsOf(object as Manifest).join('\n')).toMatch(problem);
  });
});
