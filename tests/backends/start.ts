// Starts the backends that are programs, and makes those at an address ready; disposing ends what was started.
import { openPrograms, type Programs } from '@trace-mesh/embedded/program';
import type { Source } from './find.ts';
import { JAEGER_PORTS, jaegerProgram } from './jaeger.ts';
import { localStackProgram, localStackPython } from './localstack.ts';
import { Real } from './real.ts';
import { openDatabase, openRedis } from './stores.ts';

/** How many ports both programs use; LocalStack uses one. */
export const PROGRAM_PORTS = JAEGER_PORTS + 1;

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

/** The tests of a suite start these themselves. */
const OF_SUITES: ReadonlySet<string> = new Set(['collector', 'prometheus', 'redis']);

type Addresses = Record<string, string>;

export async function startBackends(sources: readonly Source[], options: StartOptions): Promise<Started> {
  await using opened = new AsyncDisposableStack();
  const programs = opened.use(await openPrograms({ ...options, ports: PROGRAM_PORTS }));
  const real: Record<string, unknown> = { run: options.run };
  const commands: Partial<Record<Source['name'], string>> = {};
  await Promise.all(
    sources.map(async (source) => {
      const { name, at, program } = source;
      if (at) real[name] = await openGiven(name, at, opened, options.run);
      else if (program && OF_SUITES.has(name)) commands[name] = program;
      else if (program) {
        const command = name === 'sqs' ? await localStackPython(program, options) : program;
        commands[name] = command;
        real[name] = await startProgram({ name, command }, programs, options.onProgress);
      }
    }),
  );
  const all = opened.move();
  return {
    real: Real.parse({ ...real, programs: commands }),
    failed: programs.failed,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function openGiven(name: string, at: Addresses, opened: AsyncDisposableStack, run: string) {
  const { url = '' } = at;
  if (name === 'postgres') return { url: opened.use(await openDatabase(url, run)).url };
  if (name === 'redis') opened.use(await openRedis(url));
  return at;
}

interface Found {
  name: Source['name'];
  command: string;
}

async function startProgram(
  { name, command }: Found,
  programs: Programs,
  onProgress: (line: string) => void,
) {
  const began = performance.now();
  const { program, addresses } =
    name === 'traces' ? jaegerProgram(command, programs) : await localStackProgram(command, programs);
  await programs.start(program);
  onProgress(`${program.name} ready (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return addresses;
}
