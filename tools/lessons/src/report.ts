import { viewerLink } from '@trace-mesh/cli/viewer';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { formatHops, formatTree, paint } from '@trace-mesh/trace-doctor/tree';
import type { DiffLine } from './differing-lines.ts';
import type { Lesson } from './lesson.ts';
import type { Progress } from './progress.ts';
import type { LessonResult, Taught } from './run-lesson.ts';

/** The object of `--json`, on one line. */
export function resultJson({ lesson, broken, fixed, ok }: LessonResult, endpoints: Endpoints): string {
  const version = ({ traceId, hops, problems, diagnoses, whole, lines }: Taught) => ({
    whole,
    traceId,
    hops,
    problems,
    diagnoses,
    lines,
    viewer: viewerLink(endpoints, traceId),
  });
  const { name, cause } = lesson;
  return JSON.stringify({ ok, lesson: name, cause, broken: version(broken), mended: version(fixed) });
}

/** The same object if nothing could be run. */
export const failureJson = (error: string): string => JSON.stringify({ ok: false, error });

export function formatResult(result: LessonResult, endpoints: Endpoints, color: boolean): string {
  const { lesson, broken, fixed } = result;
  const blocks = [
    `${paint(color, 'bold', lesson.name)}: ${lesson.title}\n${lesson.teaches}`,
    ...formatVersion('broken', broken, endpoints, color),
    formatLines('what went wrong', broken.lines, color),
    formatLines('what fixes it', fixed.lines, color),
    ...formatVersion('fixed', fixed, endpoints, color),
    formatVerdict(result, color),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function formatVersion(
  version: string,
  { trace, hops, problems, diagnoses, traceId }: Taught,
  endpoints: Endpoints,
  color: boolean,
): string[] {
  return [
    `${paint(color, 'bold', version)}  ${viewerLink(endpoints, traceId)}`,
    formatTree(trace, hops, { color }),
    [formatHops(hops, { color }), ...problems.map((problem) => paint(color, 'red', `✗ ${problem}`))].join(
      '\n',
    ),
    ...diagnoses.map(({ cause, text }) => `${paint(color, 'yellow', `diagnosis: ${cause}`)}\n${text}`),
  ];
}

/** The lines with their places, without common indentation. */
export function formatLines(title: string, lines: readonly DiffLine[], color: boolean): string {
  const indent = Math.min(...lines.map(({ text }) => text.search(/\S/)));
  const rows = lines.map(
    ({ file, number, text }) => `${paint(color, 'dim', `${file}:${number}`)}  ${text.slice(indent)}`,
  );
  return [paint(color, 'bold', title), ...rows].join('\n');
}

function formatVerdict({ lesson, broken, fixed, ok }: LessonResult, color: boolean): string {
  if (ok) return paint(color, 'green', `✓ broken by ${lesson.cause}; whole after the fix`);
  const found = broken.diagnoses.map(({ cause }) => cause).join(', ') || 'nothing';
  const rest = fixed.whole ? 'the fixed trace is whole' : 'the fixed trace is not whole';
  return paint(color, 'red', `✗ expected ${lesson.cause}, the doctor found ${found}; ${rest}`);
}

/** The object of `--list --json`. */
export function listJson(lessons: readonly Lesson[], progress: Progress): string {
  const all = lessons.map(({ name, level, title, symptom, teaches, row, cause }) => {
    const done = progress[name];
    return { name, level, title, symptom, teaches, row, cause, ...(done && { done }) };
  });
  return JSON.stringify({ lessons: all });
}
