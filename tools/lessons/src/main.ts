// `npm run lesson -- NAME`: a common mistake, its trace, and the lines that fix it.
import { failureOf, inColor, progress, stopSignal } from '@trace-mesh/cli/command-line';
import { openTarget } from '@trace-mesh/cli/target';
import { lessons } from './catalog.ts';
import { type LessonOptions, parseOptions } from './options.ts';
import { failureJson, formatList, formatResult, resultJson } from './report.ts';
import { runLesson } from './run-lesson.ts';

async function teach({ name, json, target: wanted }: LessonOptions): Promise<number> {
  const lesson = lessons.find((candidate) => candidate.name === name);
  if (!lesson) {
    console.log(formatList(lessons, json));
    return 0;
  }
  const stop = stopSignal();
  // A run must not outlive the race if a service dies.
  const over = new AbortController();
  try {
    const context = { env: process.env, signal: stop, onProgress: progress };
    await using target = await openTarget({ target: wanted, once: true }, context);
    const { endpoints, failed } = target;
    const running = runLesson(lesson, { endpoints, signal: AbortSignal.any([stop, over.signal]) });
    const result = await Promise.race([running, failed]);
    console.log(json ? resultJson(result, endpoints) : formatResult(result, endpoints, inColor()));
    return result.ok ? 0 : 1;
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
