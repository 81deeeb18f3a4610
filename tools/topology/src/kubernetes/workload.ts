// The objects that run one service: what its pods are, how they are reached, and how many of them may be away.
import { callsAws, callsOf, hasQueue, isAddressed, type Need, type Service } from '../services.ts';

/** A Kubernetes object. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** What the manifests of all services share. */
export interface Mesh {
  /** The name of the compose project: images and labels begin with it. */
  name: string;
  version: string;
  rows: readonly Service[];
}

/** The port on which a service is called, and that of its health and metrics. */
export const PORT = 8080;
export const HEALTH_PORT = 8090;
/** In s, within `terminationGracePeriodSeconds`: SHUTDOWN_PAUSE_MS, the closing and the last spans. */
const GRACE_S = 30;

/** The user `node` of the images. */
const NODE = 1000;
export const selectorOf = (name: string) => ({ 'app.kubernetes.io/name': name });
export const labelsOf = (name: string, mesh: Mesh) => ({
  ...selectorOf(name),
  'app.kubernetes.io/part-of': mesh.name,
  'app.kubernetes.io/component': 'service',
});

/** Where a service finds each need: objects that an overlay has. AWS's keys exist only where there is no identity of the pod. */
const SETTINGS: Record<Need, object[]> = {
  postgres: [{ secretRef: { name: 'postgres' } }],
  redis: [{ secretRef: { name: 'redis' } }],
  queue: [{ configMapRef: { name: 'queue' } }],
  bedrock: [{ configMapRef: { name: 'bedrock' } }],
};
const AWS = [{ configMapRef: { name: 'aws' } }, { secretRef: { name: 'aws', optional: true } }];

/** The needs of a service, its own queue included. */
export const needsOf = (service: Service): readonly Need[] =>
  hasQueue(service) ? [...(service.needs ?? []), 'queue'] : (service.needs ?? []);

const hasKeys = (service: Service) => isAddressed(service) || service.calls !== undefined;

function environmentOf(service: Service, { version, rows }: Mesh): object[] {
  const fromPod = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const attributes = {
    'service.version': version,
    'deployment.environment.name': '$(ENVIRONMENT)',
    'k8s.namespace.name': '$(NAMESPACE)',
    'k8s.pod.name': '$(POD_NAME)',
    'k8s.pod.uid': '$(POD_UID)',
    'k8s.node.name': '$(NODE_NAME)',
  };
  const variables = {
    OTEL_SERVICE_NAME: service.name,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map((pair) => pair.join('='))
      .join(','),
    HOST: '0.0.0.0',
    HEALTH_PORT: String(HEALTH_PORT),
    ...(isAddressed(service) && { PORT: String(PORT) }),
    ...(hasKeys(service) && { KEYS_DIR: '/keys' }),
    ...(isAddressed(service) && { ALLOWED_HOSTS: `${service.name},$(PUBLIC_HOSTS)` }),
    ...(hasQueue(service) && { QUEUE: service.name }),
    ...callsOf(service, rows, ({ name }) => `${name}:${PORT}`),
  };
  return [
    fromPod('NAMESPACE', 'metadata.namespace'),
    fromPod('POD_NAME', 'metadata.name'),
    fromPod('POD_UID', 'metadata.uid'),
    fromPod('NODE_NAME', 'spec.nodeName'),
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
  ];
}

function settingsOf(service: Service): object[] {
  const needs = needsOf(service);
  return [
    { configMapRef: { name: 'mesh' } },
    ...(isAddressed(service) ? [{ configMapRef: { name: 'edge' } }] : []),
    ...needs.flatMap((need) => SETTINGS[need]),
    ...(callsAws(service) ? AWS : []),
  ];
}

/** gRPC's callers see what its own health service says; all others what the health port says. */
const readinessOf = ({ kind }: Service) =>
  kind === 'grpc' ? { grpc: { port: PORT } } : { httpGet: { path: '/readyz', port: 'health' } };

function containerOf(service: Service, mesh: Mesh): object {
  return {
    name: service.name,
    image: `${mesh.name}-${service.name}`,
    imagePullPolicy: 'IfNotPresent',
    ports: [
      ...(isAddressed(service) ? [{ name: 'main', containerPort: PORT }] : []),
      { name: 'health', containerPort: HEALTH_PORT },
    ],
    envFrom: settingsOf(service),
    env: environmentOf(service, mesh),
    // Live as soon as the process listens; a dependency that is away makes it unready, and does not restart it.
    startupProbe: { httpGet: { path: '/livez', port: 'health' }, periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { httpGet: { path: '/livez', port: 'health' }, periodSeconds: 10, timeoutSeconds: 5 },
    readinessProbe: { ...readinessOf(service), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 },
    resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    ...(hasKeys(service) && { volumeMounts: [{ name: 'keys', mountPath: '/keys', readOnly: true }] }),
  };
}

const spreadOver = (topologyKey: string, name: string) => ({
  topologyKey,
  maxSkew: 1,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selectorOf(name) },
  matchLabelKeys: ['pod-template-hash'],
});

/** How many replicas there are is said by the autoscalers. */
function deploymentOf(service: Service, mesh: Mesh): Manifest {
  const { name } = service;
  const labels = labelsOf(name, mesh);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      selector: { matchLabels: selectorOf(name) },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: GRACE_S,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: NODE,
            runAsGroup: NODE,
            fsGroup: NODE,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          topologySpreadConstraints: [
            spreadOver('topology.kubernetes.io/zone', name),
            spreadOver('kubernetes.io/hostname', name),
          ],
          containers: [containerOf(service, mesh)],
          ...(hasKeys(service) && {
            volumes: [{ name: 'keys', secret: { secretName: 'keys', defaultMode: 0o440 } }],
          }),
        },
      },
    },
  };
}

/** A headless Service has the addresses of all pods: gRPC's clients balance their calls over them. */
const serviceOf = ({ name, kind }: Service, mesh: Mesh): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: labelsOf(name, mesh) },
  spec: {
    ...(kind === 'grpc' && { clusterIP: 'None' }),
    selector: selectorOf(name),
    ports: [{ name: kind === 'grpc' ? 'grpc' : 'http', port: PORT, targetPort: 'main' }],
  },
});

/** The objects of a service. */
export function workloadOf(service: Service, mesh: Mesh): Manifest[] {
  const { name } = service;
  const metadata = { name, labels: labelsOf(name, mesh) };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    deploymentOf(service, mesh),
    ...(isAddressed(service) ? [serviceOf(service, mesh)] : []),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: { matchLabels: selectorOf(name) },
      },
    },
  ];
}
