// The mesh that the demo fires at: a running one, or one that the demo starts and ends.
import type { RunningMesh } from '@trace-mesh/embedded/mesh';
import { breakEnv } from '@trace-mesh/faults/env';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { composeEndpoints, isInContainers, requireMesh } from './compose.ts';
import type { DemoOptions } from './options.ts';

export interface Target extends AsyncDisposable {
  endpoints: Endpoints;
  /** The environment that the agent needs in addition, as the mesh has. */
  env: Record<string, string>;
  /** Whether the demo started it: then disposing the target ends it. */
  ours: boolean;
  /** Rejects when a process of the started mesh dies unexpectedly; else it stays pending. */
  failed: Promise<never>;
}

interface TargetContext {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onProgress: (line: string) => void;
}

/**
 * Finds or starts the mesh.
 * @throws Error with one clear line when there is none and none can be started
 */
export async function openTarget(
  options: Pick<DemoOptions, 'target' | 'port' | 'once' | 'break' | 'mystery'>,
  { env: outer, signal, onProgress }: TargetContext,
): Promise<Target> {
  const env = options.break === undefined ? {} : breakEnv(options.break);
  if (options.target === 'compose') {
    if (options.break !== undefined)
      throw new Error('--break starts a separate mesh (leave out --target compose)');
    const endpoints = composeEndpoints(outer);
    await requireMesh(endpoints, signal);
    return borrowed(endpoints, (await isInContainers(endpoints, signal)) ? CONTAINERS_ENV : {});
  }
  // Loaded lazily: firing at compose does not need the embedded mesh.
  const { findRunningMesh, startMesh } = await import('@trace-mesh/embedded/mesh');
  // A broken mesh is private to this demo run.
  const running = options.break === undefined ? await findRunningMesh() : undefined;
  if (running && running.unknown.length > 0) throw new Error(tooOld(running));
  if (running) return borrowed(running.endpoints);
  // A mesh that stays up gets a console, and the console plays the mysteries; a mesh with a break has no knobs.
  const published = !options.once && options.break === undefined;
  const console = published || options.mystery === true;
  const mesh = await startMesh({ basePort: options.port, env, console, onProgress, signal });
  // Other commands must not use a mesh that ends with its verdict.
  if (published) await mesh.publish();
  const { endpoints, failed } = mesh;
  return { endpoints, env, failed, ours: true, [Symbol.asyncDispose]: () => mesh.stop() };
}

const tooOld = ({ unknown, pid }: RunningMesh) =>
  `the running mesh was started before ${unknown.join(', ')} was added ` +
  `(end it with Ctrl-C where it runs, or kill ${pid}, then start again)`;

/** As in docker-compose.yml: the agent shares the clock of the containers, so Jaeger should not compare the two. */
const CONTAINERS_ENV = { OTEL_RESOURCE_ATTRIBUTES: 'host.id=compose' };

function borrowed(endpoints: Endpoints, env: Record<string, string> = {}): Target {
  const failed = new Promise<never>(() => {});
  return { endpoints, env, failed, ours: false, [Symbol.asyncDispose]: async () => {} };
}
