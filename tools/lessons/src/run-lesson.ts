import { type DiffLine, differingLines } from './differing-lines.ts';
import { type Finding, findOut, isAsExpected } from './finding.ts';
import type { Lesson } from './lesson.ts';
import { type RunOptions, runProgram, type Version, versionFile } from './run-program.ts';

export interface Taught extends Finding {
  traceId: string;
  /** The lines in which the program differs from its other version. */
  lines: DiffLine[];
}

export interface LessonResult {
  lesson: Lesson;
  broken: Taught;
  fixed: Taught;
  /** The broken trace has the lesson's cause and no other, and the fixed one is whole. */
  ok: boolean;
}

/**
 * Runs both versions in the mesh.
 * @throws Error with one clear line when a program fails or the mesh does not answer; the signal's reason when aborted
 */
export async function runLesson(lesson: Lesson, options: RunOptions): Promise<LessonResult> {
  const lines = await differingLines(lesson.name);
  const teach = async (version: Version): Promise<Taught> => {
    const run = await runProgram(lesson, versionFile(lesson, version), options);
    const finding = await findOut(lesson, run, { ...options, expected: version });
    return { ...finding, traceId: run.traceId, lines: lines[version] };
  };
  const [broken, fixed] = await Promise.all([teach('broken'), teach('fixed')]);
  const ok = isAsExpected(lesson, 'broken', broken) && isAsExpected(lesson, 'fixed', fixed);
  return { lesson, broken, fixed, ok };
}
