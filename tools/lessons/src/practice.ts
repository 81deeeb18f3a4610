// `--work`, `--hint`, `--solution`: the learner repairs a program.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from '@trace-mesh/cli/target';
import { judgeAttempt } from './attempt.ts';
import { differingLines } from './differing-lines.ts';
import type { Lesson } from './lesson.ts';
import { noteProgress, type Progress, readProgress } from './progress.ts';
import { formatLines } from './report.ts';
import { saves } from './saves.ts';
import { openWork } from './work.ts';
import { attemptJson, formatAttempt, formatHints, formatTask } from './work-report.ts';

/** Where programs and progress are kept; a folder for each lesson. */
const DEFAULT_FOLDER = fileURLToPath(new URL('../../../.mesh/lessons', import.meta.url));

export interface Practice {
  /** The folder of all of the learner's work. */
  folder: string;
  color: boolean;
}

/** `MESH_LESSONS_DIR` names another folder. */
export const openPractice = (env: NodeJS.ProcessEnv, color: boolean): Practice => ({
  folder: env.MESH_LESSONS_DIR ?? DEFAULT_FOLDER,
  color,
});

const progressFile = ({ folder }: Practice) => join(folder, 'progress.json');

export const progressOf = (practice: Practice): Promise<Progress> => readProgress(progressFile(practice));

/** Shows one hint more. */
export async function hint(lesson: Lesson, practice: Practice): Promise<string> {
  const more = ({ hints }: { hints: number }) => ({ hints: Math.min(hints + 1, lesson.hints.length) });
  const { hints } = await noteProgress(progressFile(practice), lesson.name, more);
  return formatHints(lesson, hints);
}

export async function solution(lesson: Lesson, practice: Practice): Promise<string> {
  await noteProgress(progressFile(practice), lesson.name, () => ({ solution: true }));
  const { broken, fixed } = await differingLines(lesson.name);
  const lines = [
    formatLines('what went wrong', broken, practice.color),
    formatLines('what fixes it', fixed, practice.color),
  ];
  return `${lines.join('\n\n')}\n\n${lesson.teaches}`;
}

export interface WorkOptions {
  /** The folder of the program, if not the usual one. */
  dir?: string;
  once: boolean;
  json: boolean;
  signal: AbortSignal;
}

/**
 * Judges the learner's program at each save, until it is whole; with `once`, one time. Returns whether it is whole.
 * @throws Error when the mesh does not answer; the signal's reason when aborted
 */
export async function work(
  lesson: Lesson,
  { endpoints, failed }: Target,
  practice: Practice,
  { dir = join(practice.folder, lesson.name), once, json, signal }: WorkOptions,
): Promise<boolean> {
  const file = await openWork(lesson, dir);
  await noteProgress(progressFile(practice), lesson.name, () => ({}));
  if (!json) console.log(`${formatTask(lesson, file, practice.color)}\n`);
  const judge = async () => {
    const attempt = await Promise.race([judgeAttempt(lesson, file, { endpoints, signal }), failed]);
    const text = json
      ? attemptJson(lesson, file, attempt, endpoints)
      : `${formatAttempt(lesson, attempt, endpoints, practice.color)}\n`;
    console.log(text);
    if (attempt.ok) await noteProgress(progressFile(practice), lesson.name, () => ({ whole: true }));
    return attempt.ok;
  };
  if (once) return judge();
  for await (const _ of saves(file, signal)) if (await judge()) return true;
  throw signal.reason;
}
