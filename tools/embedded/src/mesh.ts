// The whole mesh on this machine, without Docker: real servers, each a process of its own, that end with the caller.
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT_KEYS, ensureKeys } from '@trace-mesh/access/keys';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { endpointsOf, PORT_COUNT } from './addresses.ts';
import { inCheckout } from './checkout.ts';
import { forwardingEnv, inheritedEnv } from './child-env.ts';
import type { MeshError } from './mesh-error.ts';
import { MeshProcess } from './mesh-process.ts';
import { inOrder, inReverseOrder, withDependencies } from './order.ts';
import { takePorts } from './ports.ts';
import { announce, withdraw } from './registry.ts';
import { makeRunDir, removeRunDir } from './run-dir.ts';
import { type ProcessSpec, topology } from './topology.ts';
import { watchSources } from './watch.ts';

export { MeshError } from './mesh-error.ts';
export { findRunningMesh, type RunningMesh } from './registry.ts';

/** When the whole mesh stops, nothing may stay behind for more than 5 s. */
const DRAIN_MS = 2_000;

export type MeshOptions = {
  /** First port of the mesh's 32; without it, the first free block from 20000 up. */
  basePort?: number | undefined;
  /** Restart a service when its source changes. A service that dies is then reported, not fatal. */
  watch?: boolean;
  /** Added to every process's environment. */
  env?: Record<string, string>;
  /** With the console, and the knobs that people turn there. */
  console?: boolean;
  /** Start only these processes and what they depend on. */
  only?: string[];
  /** Hears of each step: who is ready, who was restarted. */
  onProgress?: (line: string) => void;
  /** Hears of what a person should know: a process that died, a trace backend that fails. */
  onWarning?: (line: string) => void;
  /** Gives the start up. */
  signal?: AbortSignal | undefined;
};

export type Mesh = AsyncDisposable & {
  endpoints: Endpoints;
  /** Where each process has its log, `<name>.log`. */
  logDir: string;
  processes: ReadonlyMap<string, MeshProcess>;
  /** Rejects when a process dies unasked, with a MeshError naming it, its exit code and its last log lines. */
  failed: Promise<never>;
  /** Lets other commands in this checkout find the mesh. */
  publish(): Promise<void>;
  /** Stops every process, dependants first, and removes the mesh's data. */
  stop(): Promise<void>;
};

/** All meshes of a checkout share their keys: a token that one was given is good for the next. */
function prepareKeys(): string {
  ensureKeys(CHECKOUT_KEYS);
  return CHECKOUT_KEYS;
}

async function makeLogDir(basePort: number): Promise<string> {
  // By port, so that two meshes of one checkout do not write into each other's logs.
  const folder = inCheckout(`.mesh/logs/${basePort}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Starts the mesh and resolves when all of it is ready; on failure nothing is left running. */
export async function startMesh(options: MeshOptions = {}): Promise<Mesh> {
  const { onProgress = () => undefined, onWarning = onProgress, signal } = options;
  const forward = forwardingEnv(process.env);
  const ports = await takePorts(PORT_COUNT, options.basePort);
  const runDir = await makeRunDir();
  const logDir = await makeLogDir(ports.base);
  const settings = {
    basePort: ports.base,
    runDir,
    databasePassword: randomBytes(16).toString('hex'),
    keysDir: prepareKeys(),
    console: options.console ?? false,
    forward,
  };
  const all = topology(settings);
  const specs = options.only ? withDependencies(all, options.only) : all;
  const endpoints = endpointsOf(settings);
  const failure = Promise.withResolvers<never>();
  // Whoever awaits `failed` hears of it; nobody has to.
  failure.promise.catch(() => undefined);

  const onDeath = (spec: ProcessSpec) => (error: MeshError) => {
    if (options.watch && spec.watch.length > 0) onWarning(`${error.message}\nwaiting for a change`);
    else failure.reject(error);
  };
  const env = { ...inheritedEnv(process.env), ...options.env };
  const processes = new Map<string, MeshProcess>();
  for (const spec of specs) {
    const logFile = join(logDir, `${spec.name}.log`);
    processes.set(
      spec.name,
      new MeshProcess(spec, { env, logFile, runDir, onDeath: onDeath(spec), onTold: onWarning }),
    );
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

  // One process that fails ends the start of all others.
  const abort = new AbortController();
  const starting = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  try {
    await inOrder(specs, async (spec) => {
      starting.throwIfAborted();
      const began = performance.now();
      await processOf(spec).start(starting);
      onProgress(`${spec.name} ${'exit' in spec.ready ? 'done' : 'ready'} (${seconds(began)})`);
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
    publish: () => announce(endpoints, healthOf(all, 'edge-mcp')),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function healthOf(specs: ProcessSpec[], name: string): string {
  const ready = specs.find((spec) => spec.name === name)?.ready;
  if (!ready || !('http' in ready)) throw new Error(`${name} has no health URL`);
  return ready.http;
}
