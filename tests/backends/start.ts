// Starts the backends that are programs, and makes those at an address ready; disposing ends what was started.
import { openPrograms, type Programs } from '@trace-mesh/embedded/program';
import type { Source } from './find.ts';
import { startJaeger } from './jaeger.ts';
import { localStackPython, startLocalStack } from './localstack.ts';
import type { Real } from './real.ts';
import { openDatabase, openRedis } from './stores.ts';

/** One of LocalStack's, five of Jaeger's. */
const PORTS = 6;

interface StartOptions {
  /** Letters and digits that differ from run to run. */
  run: string;
  logDir: string;
  env: NodeJS.ProcessEnv;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

export type Started = AsyncDisposable & {
  real: Real;
  /** Rejects when a program dies. */
  failed: Promise<never>;
};

type Addresses = Record<string, string>;

export async function startBackends(sources: readonly Source[], options: StartOptions): Promise<Started> {
  await using opened = new AsyncDisposableStack();
  const programs = opened.use(await openPrograms({ ...options, ports: PORTS }));
  const found = sources.filter((source) => source.program || source.at);
  const started = await Promise.all(
    found.map(async (source) => [source.name, await addressesOf(source, programs, opened, options)] as const),
  );
  const real = { run: options.run, ...Object.fromEntries(started) } as Real;
  const all = opened.move();
  return { real, failed: programs.failed, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function addressesOf(
  { name, program, at = {} }: Source,
  programs: Programs,
  opened: AsyncDisposableStack,
  options: StartOptions,
): Promise<Addresses> {
  const { url = '' } = at;
  if (name === 'postgres') return { url: opened.use(await openDatabase(url, options.run)).url };
  if (name === 'redis') opened.use(await openRedis(url));
  if (!program) return at;
  const began = performance.now();
  const addresses =
    name === 'traces'
      ? await startJaeger(program, programs)
      : { url: await startLocalStack(await localStackPython(program, options), programs) };
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  options.onProgress(`${name === 'traces' ? 'jaeger' : 'localstack'} ready (${seconds} s)`);
  return addresses;
}
