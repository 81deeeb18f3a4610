// The mesh that the demo fires at: one that runs already, or one of its own that ends with it.

import type { RunningMesh } from '@trace-mesh/embedded/mesh';
import { breakingEnv } from '@trace-mesh/scenarios/breaking';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { composeEndpoints, requireMesh } from './compose.ts';
import type { DemoOptions } from './options.ts';

export interface Target extends AsyncDisposable {
  endpoints: Endpoints;
  /** What the agent has to be started with, as the mesh was. */
  env: Record<string, string>;
  /** Whether the demo started it: then it ends when the target is disposed. */
  ours: boolean;
  /** Rejects when a process of our own mesh dies unasked; else it stays pending. */
  failed: Promise<never>;
}

interface RelatedTraces {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Finds or starts the mesh.
 * @throws Error with one clear line when there is none and none can be started
 */
export async function openTarget(
  options: Pick<DemoOptions, 'target' | 'port' | 'once' | 'break'>,
  { env: outer, signal, onProgress }: RelatedTraces,
): Promise<Target> {
  const env = options.break === undefined ? {} : breakingEnv(options.break);
  if (options.target === 'compose') {
    if (options.break !== undefined)
      throw new Error('--break needs a mesh of its own: leave --target compose out');
    const endpoints = composeEndpoints(outer);
    await requireMesh(endpoints, signal);
    return borrowed(endpoints);
  }
  // Only here: firing at compose needs nothing of the embedded mesh.
  const { findRunningMesh, startMesh } = await import('@trace-mesh/embedded/mesh');
  // A broken mesh is for this demo alone: neither found by others nor another's.
  const running = options.break === undefined ? await findRunningMesh() : undefined;
  if (running && running.unknown.length > 0) throw new Error(tooOld(running));
  if (running) return borrowed(running.endpoints);
  // Who stays to look can fire more from the console; a mesh that is broken on purpose has no knobs beside that.
  const console = !options.once && options.break === undefined;
  const mesh = await startMesh({ basePort: options.port, env, console, onProgress, signal });
  // A mesh that ends with its verdict must not be found by others.
  if (console) await mesh.publish();
  const { endpoints, failed } = mesh;
  return { endpoints, env, failed, ours: true, [Symbol.asyncDispose]: () => mesh.stop() };
}

const tooOld = ({ unknown, pid }: RunningMesh) =>
  `The mesh that runs in this checkout was started before ${unknown.join(', ')} was made. ` +
  `End it (Ctrl-C where it runs, or kill ${pid}), then start again.`;

function borrowed(endpoints: Endpoints): Target {
  const failed = new Promise<never>(() => {});
  return { endpoints, env: {}, failed, ours: false, [Symbol.asyncDispose]: async () => {} };
}
