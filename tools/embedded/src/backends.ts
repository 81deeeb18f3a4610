// Servers that run elsewhere and replace parts of the mesh: the tests against real backends start it with them.
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';

/** Each replaces the part of the mesh that it names; parts without one are the mesh's own. */
export type Backends = {
  /** An SQS server; `env` has the region and the keys of its clients. The mesh creates its queues there. */
  sqs?: { url: string; env: Record<string, string> };
  /** A trace store: OTLP over HTTP, and Jaeger's query API. */
  traces?: { otlp: string; traces: string };
  /** A Postgres database. The mesh runs its migrations there. */
  databaseUrl?: string;
  redisUrl?: string;
};

// The embedded queue checks no signatures, but the SDK requires keys and a region.
const EMBEDDED = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'embedded',
  AWS_SECRET_ACCESS_KEY: 'embedded',
};

/** The region and keys with which services call SQS. */
export const awsEnvOf = (backends: Backends = {}): Record<string, string> => backends.sqs?.env ?? EMBEDDED;

/** The endpoints that backends replace. */
export const endpointsOfBackends = ({ sqs, traces }: Backends = {}): Partial<Endpoints> => ({
  ...(sqs && { sqs: sqs.url }),
  ...(traces && { ...traces, viewer: traces.traces }),
});

/** The names of the processes that the mesh does not start because of its backends. */
export function replacedBy({ traces, databaseUrl, redisUrl }: Backends = {}): string[] {
  const parts = { 'trace-store': traces, postgres: databaseUrl, redis: redisUrl };
  return Object.entries(parts).flatMap(([name, backend]) => (backend ? [name] : []));
}
