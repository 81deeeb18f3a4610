// `npm run lesson -- NAME`: a common mistake, its trace, and the lines that fix it; with `--work`, for the learner to repair.
import { failureOf, inColor, progress, stopSignal } from '@trace-mesh/cli/command-line';
import { openTarget, type Target } from '@trace-mesh/cli/target';
import { lessons } from './catalog.ts';
import type { Lesson } from './lesson.ts';
import { type LessonOptions, parseOptions } from './options.ts';
import { hint, openPractice, progressOf, solution, work } from './practice.ts';
import { failureJson, formatResult, listJson, resultJson } from './report.ts';
import { runLesson } from './run-lesson.ts';
import { formatPath } from './work-report.ts';

const practice = openPractice(process.env, inColor());

/** Prints the result, and returns whether it is the good one. */
async function run(lesson: Lesson, options: LessonOptions, target: Target, signal: AbortSignal) {
  if (options.work !== undefined)
    return work(lesson, target, practice, { ...options, ...options.work, signal });
  const { endpoints, failed } = target;
  const result = await Promise.race([runLesson(lesson, { endpoints, signal }), failed]);
  console.log(options.json ? resultJson(result, endpoints) : formatResult(result, endpoints, inColor()));
  return result.ok;
}

/** What needs no mesh. */
async function answerWithoutMesh(
  lesson: Lesson | undefined,
  { json, show }: LessonOptions,
): Promise<string | undefined> {
  if (lesson) return show && (await (show === 'hint' ? hint : solution)(lesson, practice));
  const done = await progressOf(practice);
  return json ? listJson(lessons, done) : formatPath(lessons, done, inColor());
}

async function teach(options: LessonOptions): Promise<number> {
  const { name, json, target: wanted } = options;
  const lesson = lessons.find((candidate) => candidate.name === name);
  const stop = stopSignal();
  // A run must not outlive the race if a service dies.
  const over = new AbortController();
  try {
    const text = await answerWithoutMesh(lesson, options);
    if (text !== undefined) console.log(text);
    if (!lesson || text !== undefined) return 0;
    const context = { env: process.env, signal: stop, onProgress: progress };
    await using target = await openTarget({ target: wanted, once: true }, context);
    return (await run(lesson, options, target, AbortSignal.any([stop, over.signal]))) ? 0 : 1;
  } catch (thrown) {
    const { message, exitCode } = failureOf(thrown, stop, 1);
    if (json) console.log(failureJson(message));
    console.error(message);
    return exitCode;
  } finally {
    over.abort();
  }
}

const options = parseOptions(
  process.argv.slice(2),
  lessons.map(({ name }) => name),
);
process.exitCode = typeof options === 'number' ? options : await teach(options);
