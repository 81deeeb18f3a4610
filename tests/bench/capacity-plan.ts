// The arithmetic from the cost of one request to many a second: what each rate needs, and which limit is reached first.
import { CONSUMER_CONCURRENCY } from '@trace-mesh/runtime/sqs-consumer';
import { MAX_MESSAGES } from '@trace-mesh/tracing/sqs-receive';
import type { Cpu, Uses } from './capacity-costs.ts';

/** What infra/k8s asks for, and what others allow. */
export const LIMITS = {
  /** infra/k8s: replicas of a called service and of the worker, the limit of a pod in cores, and how busy a pod should be. */
  maxReplicas: 10,
  maxReplicaCount: 20,
  cores: 1,
  averageUtilization: 0.6,
  /** https://www.postgresql.org/docs/18/runtime-config-connection.html */
  maxConnections: 100,
  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
  inFlight: 120_000,
  /** An assumption: the cores of one Postgres primary. */
  primaryCores: 64,
};
/** An assumption: how long a model takes for an answer, in s. Bedrock's double answers at once. */
export const MODEL_S = 1;
/** Of a span in OTLP/protobuf, in bytes: docs/performance.md, `pg-redis-sqs` at 100 %. */
const SPAN_BYTES = 295;

/** The CPU in ms per request of each process at high rates, and what else a request uses. */
export interface PerRequest {
  cpu: Cpu;
  uses: Uses;
}

/** What requests use of something that is limited. */
export interface Need {
  what: string;
  /** Of one request a second; what a rate needs is this times the rate. */
  each: number;
  unit: string;
  /** Absent where nothing sets one. */
  limit?: number;
  /** What moves the limit. */
  setting: string;
}

const inCores = (cpu: Cpu, name: string) => (cpu[name] ?? 0) / 1_000;

/** What one request a second needs. */
export function needs({ cpu, uses }: PerRequest): Need[] {
  const occupiedS = MODEL_S + uses.processMs / 1_000;
  const pods = (name: string) => inCores(cpu, name) / LIMITS.cores / LIMITS.averageUtilization;
  const byPlaces = occupiedS / CONSUMER_CONCURRENCY;
  const workers = Math.max(byPlaces, pods('worker'));
  const called = (name: string): Need => ({
    what: `${name}: pods at 60 % of a core`,
    each: pods(name),
    unit: 'pods',
    limit: LIMITS.maxReplicas,
    setting: '`maxReplicas`',
  });
  return [
    called('rest-api'),
    called('cost-ledger'),
    {
      ...{ what: 'worker: pods at 60 % of a core', each: pods('worker'), unit: 'pods' },
      ...{ limit: LIMITS.maxReplicaCount, setting: '`maxReplicaCount`' },
    },
    {
      ...{ what: `worker: pods if the model takes ${MODEL_S} s`, each: byPlaces, unit: 'pods' },
      ...{
        limit: LIMITS.maxReplicaCount,
        setting: '`CONSUMER_CONCURRENCY`, `queueLength`, `maxReplicaCount`',
      },
    },
    {
      ...{ what: 'ws-hub: cores of every pod', each: inCores(cpu, 'ws-hub'), unit: 'cores' },
      ...{ limit: LIMITS.cores, setting: 'none: each hub receives each event' },
    },
    {
      ...{ what: 'Postgres: connections', unit: 'connections' },
      each: uses.connections * (pods('rest-api') + pods('cost-ledger') + workers),
      ...{ limit: LIMITS.maxConnections, setting: '`max_connections`, or PgBouncer' },
    },
    {
      ...{ what: 'Postgres: cores', each: inCores(cpu, 'postgres'), unit: 'cores' },
      ...{ limit: LIMITS.primaryCores, setting: '`DATABASE_URL`: a primary for a part of the tenants' },
    },
    { what: 'Postgres: statements', each: uses.statements, unit: '/s', setting: '' },
    { what: 'Postgres: WAL', each: uses.walBytes / 2 ** 20, unit: 'MiB/s', setting: '' },
    { what: 'Redis: commands', each: uses.redisCommands, unit: '/s', setting: '`REDIS_URL`' },
    { what: 'SQS: requests, ten messages each', each: 3 / MAX_MESSAGES, unit: '/s', setting: '' },
    {
      ...{
        what: `SQS: messages in flight if the model takes ${MODEL_S} s`,
        each: occupiedS,
        unit: 'messages',
      },
      ...{ limit: LIMITS.inFlight, setting: '`TASK_QUEUE`: a queue for a part of the workers' },
    },
    ...[1, 0.1, 0.001].map((ratio) => ({
      ...{ what: `spans at ratio=${ratio}`, each: uses.spans * ratio, unit: '/s' },
      setting: '`OTEL_TRACES_SAMPLER_ARG`',
    })),
    {
      ...{ what: 'spans at ratio=1: bytes', each: (uses.spans * SPAN_BYTES) / 2 ** 20, unit: 'MiB/s' },
      setting: '`OTEL_TRACES_SAMPLER_ARG`',
    },
  ];
}

/** The rate at which a limit is reached; infinite without one. */
export const reachedAt = ({ each, limit = Number.POSITIVE_INFINITY }: Need): number => limit / each;
