// The mesh that the demo fires at: one that runs already, or one of its own that ends with it.
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { composeEndpoints, requireMesh } from './compose.ts';
import type { DemoOptions } from './options.ts';

export interface Target extends AsyncDisposable {
  endpoints: Endpoints;
  /** Whether the demo started it: then it ends when the target is disposed. */
  ours: boolean;
  /** Rejects when a process of our own mesh dies unasked; else it stays pending. */
  failed: Promise<never>;
}

interface Surroundings {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Finds or starts the mesh.
 * @throws Error with one clear line when there is none and none can be started
 */
export async function openTarget(
  options: Pick<DemoOptions, 'target' | 'port' | 'once'>,
  { env, signal, onProgress }: Surroundings,
): Promise<Target> {
  if (options.target === 'compose') {
    const endpoints = composeEndpoints(env);
    await requireMesh(endpoints, signal);
    return borrowed(endpoints);
  }
  // Only here: firing at compose needs nothing of the embedded mesh.
  const { findRunningMesh, startMesh } = await import('@trace-mesh/embedded/mesh');
  const running = await findRunningMesh();
  if (running) return borrowed(running.endpoints);
  const mesh = await startMesh({ basePort: options.port, onProgress, signal });
  // A mesh that ends with its verdict must not be found by others.
  if (!options.once) await mesh.publish();
  const { endpoints, failed } = mesh;
  return { endpoints, failed, ours: true, [Symbol.asyncDispose]: () => mesh.stop() };
}

function borrowed(endpoints: Endpoints): Target {
  const failed = new Promise<never>(() => {});
  return { endpoints, failed, ours: false, [Symbol.asyncDispose]: async () => {} };
}
