// The learner's program, judged: it runs in the mesh, and the doctor reads its trace.
import { type Finding, type FindOptions, findOut } from './finding.ts';
import type { Lesson } from './lesson.ts';
import { type ProgramRun, runProgram } from './run-program.ts';

/** The limit of a check, in ms: a program that has not ended by then hangs, and is ended. */
export const CHECK_LIMIT_MS = 5_000;
/** How long its trace is waited for, in ms. */
const FINDING_TIMEOUT_MS = 15_000;
/** The shortest time without a new span after which a trace is judged, in ms: services export every 500 ms at most. */
const QUIET_MS = 800;
/** A slow machine gets this part of the duration of the program, whose own spans have arrived when it ends. */
const QUIET_PART = 1 / 3;

export type Attempt =
  /** The program failed. */
  { ok: false; failure: string } | { ok: boolean; failure?: never; traceId: string; finding: Finding };

/**
 * Runs the program in `file` (an absolute path) and judges its trace.
 * @throws Error when the mesh does not answer; the signal's reason when aborted
 */
export async function judgeAttempt(lesson: Lesson, file: string, options: FindOptions): Promise<Attempt> {
  const startedAt = Date.now();
  let run: ProgramRun;
  try {
    run = await runProgram(lesson, file, { programTimeoutMs: CHECK_LIMIT_MS, ...options });
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ok: false, failure: error instanceof Error ? error.message : String(error) };
  }
  const quietMs = Math.max(QUIET_MS, (Date.now() - startedAt) * QUIET_PART);
  const finding = await findOut(lesson, run, { quietMs, timeoutMs: FINDING_TIMEOUT_MS, ...options });
  return { ok: finding.whole, traceId: run.traceId, finding };
}
