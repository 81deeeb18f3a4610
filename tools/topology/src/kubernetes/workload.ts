// The objects that run one service: what its pods are, how they are reached, and how many of them may be away.
import { isAddressed, type Service } from '../services.ts';
import { environmentOf, HEALTH_PORT, hasKeys, type Mesh, PORT, settingsOf } from './environment.ts';

/** A Kubernetes object. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string } & Record<string, unknown>;
} & Record<string, unknown>;

/** In s, within `terminationGracePeriodSeconds`: SHUTDOWN_PAUSE_MS, the closing and the last spans. */
const GRACE_S = 30;

/** The user `node` of the images. */
const NODE = 1000;
/** The label by which Deployments, Services and policies select the pods of a service. */
export const selectorOf = (name: string) => ({ 'app.kubernetes.io/name': name });
/** Kubernetes' recommended labels: kubernetes.io/docs/concepts/overview/working-with-objects/common-labels. */
export const labelsOf = (name: string, mesh: Mesh) => ({
  ...selectorOf(name),
  'app.kubernetes.io/part-of': mesh.name,
  'app.kubernetes.io/component': 'service',
});

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
