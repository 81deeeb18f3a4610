// Runs programs that are not part of the mesh as the mesh runs its parts: ports of their own, a log file, readiness, and an end
// with the process that started them.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inheritedEnv } from './child-env.ts';
import { MeshProcess } from './mesh-process.ts';
import { takePorts } from './ports.ts';
import type { Readiness } from './ready.ts';
import { makeRunDir, removeRunDir } from './run-dir.ts';

export type Program = {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  ready: Readiness;
};

export type Programs = AsyncDisposable & {
  /** A folder for their data, removed at the end. */
  runDir: string;
  /** A free port of loopback, another one at each call. */
  nextPort: () => number;
  /** Starts a program; resolves when it is ready. Throws a MeshError with its last log lines if it is not. */
  start: (program: Program) => Promise<MeshProcess>;
  /** Rejects with a MeshError when a started program dies. */
  failed: Promise<never>;
};

type Options = {
  /** Contains `<name>.log` of each program. */
  logDir: string;
  /** The launcher's environment; programs inherit what the parts of a mesh inherit. */
  env: NodeJS.ProcessEnv;
  /** Programs use at most so many ports. */
  ports: number;
  /** Aborts a start. */
  signal?: AbortSignal;
};

/** Opens a set of programs; disposing it ends all of them, the last one first. */
export async function openPrograms({ logDir, env: launcher, ports, signal }: Options): Promise<Programs> {
  await using opened = new AsyncDisposableStack();
  await mkdir(logDir, { recursive: true });
  // The first port of a block is its lock.
  const block = opened.adopt(await takePorts(ports + 1), ({ release }) => release());
  const runDir = opened.adopt(await makeRunDir(), removeRunDir);
  const failure = Promise.withResolvers<never>();
  // Callers need not await `failed`.
  failure.promise.catch(() => undefined);
  const all = opened.move();
  const inherited = inheritedEnv(launcher);
  let port = block.base;
  return {
    runDir,
    nextPort: () => ++port,
    failed: failure.promise,
    async start({ name, command, args, env, ready }) {
      const spec = {
        ...{ name, cwd: 'tools/embedded', args: ['src/program/main.ts', command, ...args], env, ready },
        ...{ dependsOn: [], watch: [], runsBinary: true as const },
      };
      const process_ = new MeshProcess(spec, {
        env: inherited,
        ...{
          logFile: join(logDir, `${name}.log`),
          runDir,
          onDeath: failure.reject,
          onUserLine: () => undefined,
        },
      });
      all.defer(() => process_.stop());
      await process_.start(signal);
      return process_;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
