// Vitest global setup: one mesh for all test files of a project; the tests `inject('endpoints')`.
import { type Mesh, type MeshOptions, startMesh } from '@trace-mesh/embedded/mesh';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { TestProject } from 'vitest/node';
import type { TransportEnv } from './transports/transport.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    endpoints: Endpoints;
    logDir: string;
    /** Each service's health port, where /metrics is served. */
    health: Record<string, string>;
    /** Postgres, Redis and SQS of the mesh, for tests that open both ends of a transport. */
    infra: TransportEnv;
    /** Process id of each part. No test restarts a part, so a missing process has died. */
    pids: Record<string, number>;
  }
}

function healthOf(mesh: Mesh): Record<string, string> {
  const services = [...mesh.processes.values()].filter(({ spec }) => spec.cwd.startsWith('services/'));
  return Object.fromEntries(
    services.map(({ name, spec }) => [name, 'http' in spec.ready ? spec.ready.http : '']),
  );
}

const pidsOf = (mesh: Mesh): Record<string, number> =>
  Object.fromEntries([...mesh.processes.values()].flatMap(({ name, pid }) => (pid ? [[name, pid]] : [])));

export default (project: TestProject) => provideMesh(project, {});

/** Starts a mesh even if another runs, and returns the function that stops it. */
export async function provideMesh(project: TestProject, options: MeshOptions): Promise<() => Promise<void>> {
  const mesh = await startMesh(options);
  project.provide('endpoints', mesh.endpoints);
  project.provide('logDir', mesh.logDir);
  project.provide('health', healthOf(mesh));
  project.provide('pids', pidsOf(mesh));
  const { DATABASE_URL = '', REDIS_URL = '' } = mesh.processes.get('worker')?.spec.env ?? {};
  project.provide('infra', {
    databaseUrl: DATABASE_URL,
    redisUrl: REDIS_URL,
    sqsEndpoint: mesh.endpoints.sqs,
  });
  let stopping = false;
  // Without the mesh every further test would run into its timeout.
  mesh.failed.catch((error: unknown) => {
    if (stopping) return;
    console.error(error instanceof Error ? error.message : error);
    void project.vitest.cancelCurrentRun('test-failure');
    process.exitCode = 1;
  });
  return () => {
    stopping = true;
    return mesh.stop();
  };
}
