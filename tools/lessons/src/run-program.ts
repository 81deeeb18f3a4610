// Runs a program of a lesson, broken, fixed or the learner's, and its caller if it has one, each in its own process.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { execa } from 'execa';
import type { z } from 'zod';
import type { Helper, Lesson } from './lesson.ts';
import { Announced, Begun, type ProgramEnv } from './protocol.ts';

export type Version = 'broken' | 'fixed';

/** The file of a version. */
export const versionFile = ({ name }: Pick<Lesson, 'name'>, version: Version): string =>
  join(FOLDER, name, `${version}.ts`);

export interface ProgramRun {
  /** 32 hex digits. */
  traceId: string;
  /** In the body of every request that leaves the mesh. */
  runId: string;
}

export interface RunOptions {
  endpoints: Endpoints;
  /** Ends the programs immediately. */
  signal?: AbortSignal | undefined;
  /** How long each program may take, in ms. */
  programTimeoutMs?: number;
}

/** How long a program may take to start, in ms, beside its own timeout, which a loop without an end never lets run. */
const START_MS = 1_000;

/** The folder of all lessons. */
export const FOLDER: string = fileURLToPath(new URL('..', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The compile cache of the mesh's processes, which halves the start time. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/**
 * Runs the program to its end, with all spans exported. Each program is called by the next one, and the last starts the trace.
 * @param file an absolute path
 * @throws Error with the program's stderr when it fails; the signal's reason when aborted
 */
export async function runProgram(lesson: Lesson, file: string, options: RunOptions): Promise<ProgramRun> {
  const runId = randomUUID();
  const inFolder = (helper?: Helper) =>
    helper ? [{ ...helper, file: join(FOLDER, lesson.name, helper.file), preload: true }] : [];
  const own = { file, service: lesson.service, preload: !lesson.loadsSdk };
  const called = [...inFolder(lesson.callee), own, ...inFolder(lesson.caller)];
  const first = called.pop() ?? own;

  await using programs = new AsyncDisposableStack();
  let at = '';
  const start = ({ service, ...part }: typeof own) => {
    const env = { OTEL_SERVICE_NAME: service, LESSON_RUN: runId, LESSON_AT: at };
    return programs.use(startProgram(lesson, { ...options, ...part, env }));
  };
  const waiting: Program[] = [];
  for (const part of called) {
    const program = start(part);
    ({ at } = await program.read(Announced));
    waiting.unshift(program);
  }
  const beginner = start(first);
  const { traceId } = await beginner.read(Begun);
  await beginner.ended;
  for (const program of waiting) {
    program.release();
    await program.ended;
  }
  return { traceId, runId };
}

interface Program extends AsyncDisposable {
  /** Its next line on stdout; rejects when it ends without output. */
  read<T>(schema: z.ZodType<T>): Promise<T>;
  /** Lets it end: no more calls will come. */
  release(): void;
  /** Rejects when it fails. */
  ended: Promise<unknown>;
}

interface ProgramOptions extends RunOptions {
  file: string;
  env: Pick<z.input<typeof ProgramEnv>, 'LESSON_RUN' | 'LESSON_AT'> & { OTEL_SERVICE_NAME: string };
  preload: boolean;
}

function startProgram(
  lesson: Lesson,
  { file, endpoints, signal, programTimeoutMs, env, preload }: ProgramOptions,
): Program {
  const shown = file.startsWith(ROOT) ? relative(ROOT, file) : file;
  const args = [...(preload ? ['--import', '@trace-mesh/tracing/register'] : []), file];
  const child = execa(process.execPath, args, {
    cwd: FOLDER,
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    ...(signal && { cancelSignal: signal }),
    ...(programTimeoutMs && { timeout: programTimeoutMs + START_MS, killSignal: 'SIGKILL' }),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      NODE_COMPILE_CACHE: COMPILED,
      MESH_ENDPOINTS: JSON.stringify(endpoints),
      LESSON: lesson.name,
      ...(programTimeoutMs && { LESSON_TIMEOUT_MS: String(programTimeoutMs) }),
      ...lesson.env,
      ...env,
    },
  });
  const line = once(createInterface({ input: child.stdout }), 'line');
  const ended = child.catch((error) => {
    signal?.throwIfAborted();
    const why = error.timedOut ? 'it did not end in time' : error.stderr?.trim() || error.shortMessage;
    throw new Error(`${shown} failed: ${why}`, { cause: error });
  });
  // Reported by `read` or `ended`, whichever is awaited first.
  ended.catch(() => undefined);
  const silent = ended.then(() => Promise.reject(new Error(`${shown} ended without output`)));
  return {
    ended,
    read: async (schema) => {
      const [text] = await Promise.race([line, silent]);
      return schema.parse(JSON.parse(text));
    },
    release: () => void child.stdin.end(),
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended.catch(() => undefined); // killed, or failed and already reported
    },
  };
}
