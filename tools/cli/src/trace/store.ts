import { type Store, storeAt } from '@trace-mesh/trace-doctor/answers/store';
import { fetchServices } from '@trace-mesh/trace-doctor/jaeger';
import { composeEndpoints } from '../compose.ts';

export interface StoreOptions {
  target: 'embedded' | 'compose';
  /** Any Jaeger's query API, instead of a mesh's. */
  traces?: string;
  json?: true;
}

export interface Terminal {
  env: NodeJS.ProcessEnv;
  /** Aborts at Ctrl-C. */
  stop: AbortSignal;
}

export type { Store };

/**
 * Opens the named store, or that of the running mesh.
 * @throws Error with one line that gives the fix if there is none
 */
export async function openStore(options: StoreOptions, { env, stop }: Terminal): Promise<Store> {
  return storeAt(options.traces ?? (await tracesOf(options.target, { env, stop })), stop);
}

async function tracesOf(target: StoreOptions['target'], { env, stop }: Terminal): Promise<string> {
  if (target === 'compose') return composeTraces(env, stop);
  // Loaded lazily: reading from another store does not need the embedded mesh.
  const { findRunningMesh } = await import('@trace-mesh/embedded/mesh');
  const mesh = await findRunningMesh();
  if (mesh) return mesh.endpoints.traces;
  throw new Error(
    'no mesh runs in this checkout: start one with `npm run demo` or `npm run dev`, or name a Jaeger with --traces URL',
  );
}

async function composeTraces(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const { traces } = composeEndpoints(env);
  try {
    await fetchServices(traces, { signal });
    return traces;
  } catch (error) {
    signal.throwIfAborted();
    const fix = 'start it with `docker compose up -d --build --wait`';
    throw new Error(`${error instanceof Error ? error.message : error}: ${fix}`, { cause: error });
  }
}
