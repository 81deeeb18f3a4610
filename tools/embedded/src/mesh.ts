// Runs the whole mesh on this machine without Docker: each server is a process that ends with the caller.
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT_KEYS, ensureKeys } from '@trace-mesh/access/keys';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { addressesOf, endpointsOf, PORT_COUNT } from './addresses.ts';
import type { Backends } from './backends.ts';
import { inCheckout } from './checkout.ts';
import { forwardingEnv, inheritedEnv } from './child-env.ts';
import type { MeshError } from './mesh-error.ts';
import { MeshProcess } from './mesh-process.ts';
import { inOrder, inReverseOrder, withDependencies } from './order.ts';
import { takePorts } from './ports.ts';
import { announce, withdraw } from './registry.ts';
import { extraPorts, replicate, type Scale } from './replicas.ts';
import { makeRunDir, removeRunDir } from './run-dir.ts';
import { type ProcessSpec, topology } from './topology.ts';
import { watchSources } from './watch.ts';

export type { Backends } from './backends.ts';
export { MeshError } from './mesh-error.ts';
export { findRunningMesh, type RunningMesh } from './registry.ts';

/** Short, so that the whole mesh stops within 5 s. */
const DRAIN_MS = 2_000;

export type MeshOptions = {
  /** First port of the mesh's 32; by default of the first free block from 20000 up. */
  basePort?: number | undefined;
  /** Restart a service when its source changes. A service that dies is then a warning, not a failure of the mesh. */
  watch?: boolean;
  /** Added to the environment of every process. */
  env?: Record<string, string>;
  /** Start the console too; every process then obeys its knobs. */
  console?: boolean;
  /** Servers that run elsewhere and replace parts of the mesh. */
  backends?: Backends | undefined;
  /** Several processes of some services. */
  scale?: Scale | undefined;
  /** Start only these processes and their dependencies. */
  only?: string[];
  /** Receives a line for each process that is ready or restarted. */
  onProgress?: (line: string) => void;
  /** Receives a line for each process that died and for a failing trace backend; by default `onProgress` does. */
  onWarning?: (line: string) => void;
  /** Aborts the start. */
  signal?: AbortSignal | undefined;
};

export type Mesh = AsyncDisposable & {
  endpoints: Endpoints;
  /** Contains `<name>.log` of each process. */
  logDir: string;
  processes: ReadonlyMap<string, MeshProcess>;
  /** Rejects when a process dies, with a MeshError that has its name, its exit code and its last log lines. */
  failed: Promise<never>;
  /** Lets other commands in this checkout find the mesh. */
  publish(): Promise<void>;
  /** Stops every process, dependants first, and removes the mesh's data. */
  stop(): Promise<void>;
};

async function makeLogDir(basePort: number): Promise<string> {
  // By port, as a checkout may run several meshes.
  const folder = inCheckout(`.mesh/logs/${basePort}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Starts the mesh; resolves when all of it is ready. A failed start leaves nothing running. */
export async function startMesh(options: MeshOptions = {}): Promise<Mesh> {
  const { onProgress = () => undefined, onWarning = onProgress, signal, scale = {} } = options;
  const forward = forwardingEnv(process.env);
  const ports = await takePorts(PORT_COUNT + extraPorts(scale), options.basePort);
  const runDir = await makeRunDir();
  const logDir = await makeLogDir(ports.base);
  // All meshes of a checkout share their keys: a token is valid in the next mesh too.
  ensureKeys(CHECKOUT_KEYS);
  const settings = {
    basePort: ports.base,
    runDir,
    databasePassword: randomBytes(16).toString('hex'),
    keysDir: CHECKOUT_KEYS,
    console: options.console ?? false,
    forward,
    backends: options.backends,
  };
  let port = ports.base + PORT_COUNT;
  const all = replicate(topology(settings), scale, () => port++);
  const specs = options.only ? withDependencies(all, options.only) : all;
  const endpoints = endpointsOf(settings);
  const failure = Promise.withResolvers<never>();
  // Callers need not await `failed`.
  failure.promise.catch(() => undefined);

  const env = { ...inheritedEnv(process.env), ...options.env };
  const processes = new Map<string, MeshProcess>();
  for (const spec of specs) {
    const onDeath = (error: MeshError) => {
      if (options.watch && spec.watch.length > 0) onWarning(`${error.message}\nwaiting for a change`);
      else failure.reject(error);
    };
    const logFile = join(logDir, `${spec.name}.log`);
    processes.set(spec.name, new MeshProcess(spec, { env, logFile, runDir, onDeath, onUserLine: onWarning }));
  }
  const processOf = (spec: ProcessSpec) => processes.get(spec.name) as MeshProcess;
  let unwatch = async () => {};

  const stopOnce = async () => {
    await unwatch();
    await withdraw();
    await inReverseOrder(specs, (spec) => processOf(spec).stop(DRAIN_MS));
    await removeRunDir(runDir);
    await ports.release();
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopOnce();
    return stopping;
  };

  // The first failure aborts the start of all others.
  const abort = new AbortController();
  const starting = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  try {
    await inOrder(specs, async (spec) => {
      starting.throwIfAborted();
      const began = performance.now();
      await processOf(spec).start(starting);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      onProgress(`${spec.name} ${'exit' in spec.ready ? 'done' : 'ready'} (${seconds} s)`);
    });
  } catch (error) {
    abort.abort(error);
    await stop();
    throw error;
  }
  if (options.watch) unwatch = watchSources([...processes.values()], { onProgress, onWarning });

  return {
    endpoints,
    logDir,
    processes,
    failed: failure.promise,
    publish: () => announce(endpoints, `${addressesOf(settings).http('edge-mcp.health')}/readyz`),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
