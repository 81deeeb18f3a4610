// One mesh for all test files of a project: vitest runs this before them, and the tests `inject('endpoints')`.
import { startMesh } from '@trace-mesh/embedded/mesh';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    endpoints: Endpoints;
  }
}

/** Starts a mesh of the tests' own, whether or not another runs, and gives vitest the way to stop it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const mesh = await startMesh({});
  project.provide('endpoints', mesh.endpoints);
  let stopping = false;
  // Without its mesh every further test would only wait for its deadline.
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
