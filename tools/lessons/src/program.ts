// What every program of a lesson stands on: the mesh that it meets, its word to the runner (run-program.ts, which holds the
// other end of stdin until it may go), and spans that are delivered before it ends.
import { once } from 'node:events';
import { openTokens } from '@trace-mesh/scenarios/tokens';
import { shutdownTelemetry } from '@trace-mesh/tracing/lifecycle';
import { activeTraceId, withSpan } from '@trace-mesh/tracing/span';
import type { z } from 'zod';
import { type Announced, type Begun, Surroundings } from './protocol.ts';

const surroundings = Surroundings.parse(process.env);

/** What a program knows of the mesh in which it runs. */
const mesh = {
  endpoints: surroundings.MESH_ENDPOINTS,
  tokens: openTokens(surroundings.MESH_KEYS_DIR),
  /** Names this run; see protocol.ts. */
  runId: surroundings.LESSON_RUN,
  /** Where the program that was started before can be reached. */
  at: surroundings.LESSON_AT,
  /** Aborts when the time is over. */
  signal: AbortSignal.timeout(surroundings.LESSON_TIMEOUT_MS),
};
export type Mesh = typeof mesh;

/** Does `work` in the span with which the lesson's trace begins, and ends the process. */
export function beginTrace(work: (mesh: Mesh) => Promise<unknown>): Promise<never> {
  return run(async () => {
    const traceId = await withSpan(`lesson ${surroundings.LESSON}`, {}, async () => {
      await work(mesh);
      return activeTraceId();
    });
    if (!traceId) throw new Error('tracing is off (OTEL_SDK_DISABLED): there is nothing to learn from');
    tell({ traceId });
  });
}

/**
 * Does the work of a program that others call, and ends the process. `announce` says where it can be reached; `released`
 * resolves when nobody will call any more.
 */
export function serve(
  work: (mesh: Mesh & { announce(at: string): void; released: Promise<unknown> }) => Promise<unknown>,
): Promise<never> {
  const released = once(process.stdin.resume(), 'end');
  return run(() => work({ ...mesh, released, announce: (at) => tell({ at }) }));
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

function tell(word: z.input<typeof Announced> | z.input<typeof Begun>): void {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}
