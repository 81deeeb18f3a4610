// How many replicas a service has: by its CPU, or by the length of its queue.
import { isAddressed, type Service, TASK_QUEUE } from '../services.ts';
import type { Mesh } from './environment.ts';
import { labelsOf, type Manifest } from './workload.ts';

const REPLICAS = {
  edge: { minReplicas: 2, maxReplicas: 10 },
  consumer: { minReplicaCount: 1, maxReplicaCount: 20 },
};
/** Of the request for CPU: a restart of half the replicas leaves the others below their limit. */
const CPU_PERCENT = 60;
/** Messages for each replica, waiting and in flight: as many as a consumer works on at once (packages/runtime/src/sqs/consumer.ts). */
const QUEUE_LENGTH = 32;

const target = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name });

const byCpu = ({ name }: Service, mesh: Mesh): Manifest => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name, labels: labelsOf(name, mesh) },
  spec: {
    scaleTargetRef: target(name),
    ...REPLICAS.edge,
    metrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: CPU_PERCENT } },
      },
    ],
  },
});

/** The autoscalers of the services that are called. */
export const cpuScalers = (mesh: Mesh): Manifest[] =>
  mesh.rows.filter(isAddressed).map((service) => byCpu(service, mesh));

/** Where a cluster's SQS is. */
export interface Queues {
  region: string;
  /** The URL of a queue without its name. */
  url: string;
  /** Of a server that is not AWS's. */
  endpoint?: string;
}

/** KEDA's scalers of the services that read a queue. https://keda.sh/docs/latest/scalers/aws-sqs/ */
export const queueScalers = (mesh: Mesh, { region, url, endpoint }: Queues): Manifest[] =>
  mesh.rows
    .filter((service) => !isAddressed(service))
    .map(({ name, needs = [] }) => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name, labels: labelsOf(name, mesh) },
      spec: {
        scaleTargetRef: target(name),
        ...REPLICAS.consumer,
        pollingInterval: 15,
        triggers: [
          {
            type: 'aws-sqs-queue',
            authenticationRef: { name: 'queue' },
            metadata: {
              queueURL: `${url}/${needs.includes('queue') ? TASK_QUEUE : name}`,
              queueLength: String(QUEUE_LENGTH),
              scaleOnInFlight: 'true',
              awsRegion: region,
              ...(endpoint && { awsEndpoint: endpoint }),
            },
          },
        ],
      },
    }));
