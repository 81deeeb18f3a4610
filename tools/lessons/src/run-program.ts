// Runs one version of a lesson: its program, and its caller if it has one, each in its own process.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path/posix';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { execa } from 'execa';
import type { z } from 'zod';
import type { Lesson } from './lesson.ts';
import { Announced, Begun, type ProgramEnv } from './protocol.ts';

export type Version = 'broken' | 'fixed';

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
}

const FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** The compile cache of the mesh's processes, which halves the start time. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/compiled', import.meta.url));

/**
 * Runs the program to its end, with all spans exported.
 * @throws Error with the program's stderr when it fails; the signal's reason when aborted
 */
export async function runProgram(lesson: Lesson, version: Version, options: RunOptions): Promise<ProgramRun> {
  const runId = randomUUID();
  const start = (file: string, service: string, at = '') =>
    startProgram(lesson, join(lesson.name, file), {
      ...options,
      env: { OTEL_SERVICE_NAME: service, LESSON_RUN: runId, LESSON_AT: at },
      preload: !(lesson.loadsSdk && file === `${version}.ts`),
    });

  await using program = start(`${version}.ts`, lesson.service);
  if (!lesson.caller) {
    const { traceId } = await program.read(Begun);
    await program.ended;
    return { traceId, runId };
  }
  const { at } = await program.read(Announced);
  await using caller = start(lesson.caller.file, lesson.caller.service, at);
  const { traceId } = await caller.read(Begun);
  await caller.ended;
  program.release();
  await program.ended;
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
  env: Pick<z.input<typeof ProgramEnv>, 'LESSON_RUN' | 'LESSON_AT'> & { OTEL_SERVICE_NAME: string };
  preload: boolean;
}

function startProgram(
  lesson: Lesson,
  file: string,
  { endpoints, signal, env, preload }: ProgramOptions,
): Program {
  const args = [...(preload ? ['--import', '@trace-mesh/tracing/register'] : []), file];
  const child = execa(process.execPath, args, {
    cwd: FOLDER,
    stdin: 'pipe',
    buffer: { stdout: false, stderr: true },
    ...(signal && { cancelSignal: signal }),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoints.otlp,
      NODE_COMPILE_CACHE: COMPILED,
      MESH_ENDPOINTS: JSON.stringify(endpoints),
      LESSON: lesson.name,
      // The embedded queue checks no signature, but the AWS SDK needs keys and a region to sign.
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'lesson',
      AWS_SECRET_ACCESS_KEY: 'lesson',
      ...lesson.env,
      ...env,
    },
  });
  const line = once(createInterface({ input: child.stdout }), 'line');
  const ended = child.catch((error) => {
    signal?.throwIfAborted();
    throw new Error(`tools/lessons/${file} failed: ${error.stderr?.trim() || error.shortMessage}`, {
      cause: error,
    });
  });
  // Reported by `read` or `ended`, whichever is awaited first.
  ended.catch(() => undefined);
  const silent = ended.then(() => Promise.reject(new Error(`tools/lessons/${file} ended without output`)));
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
