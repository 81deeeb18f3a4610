// The base of every lesson's program: access to the mesh, messages to the runner (run-program.ts, which closes stdin when the
// program may end), and the export of all spans before it ends.
import { once } from 'node:events';
import { openTokens } from '@trace-mesh/scenarios/tokens';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import type { z } from 'zod';
import { type Announced, type Begun, ProgramEnv, unsampledTraceId } from './protocol.ts';

// The embedded queue checks no signature, but the AWS SDK needs keys and a region to sign.
process.env.AWS_REGION ??= 'us-east-1';
process.env.AWS_ACCESS_KEY_ID ??= 'lesson';
process.env.AWS_SECRET_ACCESS_KEY ??= 'lesson';

const programEnv = ProgramEnv.parse(process.env);

/** The mesh in which the program runs. */
const mesh = {
  endpoints: programEnv.MESH_ENDPOINTS,
  tokens: openTokens(programEnv.MESH_KEYS_DIR),
  /** Names this run; see protocol.ts. */
  runId: programEnv.LESSON_RUN,
  /** The context of requests that are not sampled, which every service has to obey; as a carrier. */
  unsampled: { traceparent: `00-${unsampledTraceId(programEnv.LESSON_RUN)}-00f067aa0ba902b7-00` },
  /** The address of the program that was started before. */
  at: programEnv.LESSON_AT,
  /** Aborts at the timeout. */
  signal: AbortSignal.timeout(programEnv.LESSON_TIMEOUT_MS),
};
export type LessonMesh = typeof mesh;

/** Runs `work` in the root span of the lesson's trace, and ends the process. */
export const beginTrace = (work: (mesh: LessonMesh) => Promise<unknown>): Promise<never> =>
  run(() => beginScript(work));

/** The same for a script, which ends the process itself. */
export async function beginScript(work: (mesh: LessonMesh) => Promise<unknown>): Promise<void> {
  const traceId = await withSpan(`lesson ${programEnv.LESSON}`, {}, async () => {
    await work(mesh);
    return activeTraceId();
  });
  if (!traceId) throw new Error('tracing is off (OTEL_SDK_DISABLED=true): unset it to run a lesson');
  report({ traceId });
}

/**
 * Runs a program that others call, and ends the process. `announce` reports its address; `released` resolves when no more calls
 * will come.
 */
export function serve(
  work: (mesh: LessonMesh & { announce(at: string): void; released: Promise<unknown> }) => Promise<unknown>,
): Promise<never> {
  const released = once(process.stdin.resume(), 'end');
  return run(() => work({ ...mesh, released, announce: (at) => report({ at }) }));
}

async function run(work: () => Promise<unknown>): Promise<never> {
  let exitCode = 0;
  try {
    const overdue = once(mesh.signal, 'abort').then(() => Promise.reject(mesh.signal.reason));
    await Promise.race([work(), overdue]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    exitCode = 1;
  }
  await shutdownTelemetry();
  process.exit(exitCode);
}

function report(message: z.input<typeof Announced> | z.input<typeof Begun>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
