import { styleText } from 'node:util';
import { viewerLink } from '@trace-mesh/cli/viewer';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { formatHops, formatTree } from '@trace-mesh/trace-doctor/tree';
import type { Lesson } from './lesson.ts';
import type { LessonResult, Taught } from './run-lesson.ts';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

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
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const blocks = [
    `${paint('bold', lesson.name)}: ${lesson.title}\n${lesson.teaches}`,
    ...formatVersion('broken', broken, endpoints, { color, paint }),
    formatLines('what went wrong', broken, paint),
    formatLines('what fixes it', fixed, paint),
    ...formatVersion('fixed', fixed, endpoints, { color, paint }),
    formatVerdict(result, paint),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function formatVersion(
  version: string,
  { trace, hops, problems, diagnoses, traceId }: Taught,
  endpoints: Endpoints,
  { color, paint }: { color: boolean; paint: Paint },
): string[] {
  return [
    `${paint('bold', version)}  ${viewerLink(endpoints, traceId)}`,
    formatTree(trace, hops, { color }),
    [formatHops(hops, { color }), ...problems.map((problem) => paint('red', `✗ ${problem}`))].join('\n'),
    ...diagnoses.map(({ cause, text }) => `${paint('yellow', `diagnosis: ${cause}`)}\n${text}`),
  ];
}

/** The lines with their places, without common indentation. */
function formatLines(title: string, { lines }: Taught, paint: Paint): string {
  const indent = Math.min(...lines.map(({ text }) => text.search(/\S/)));
  const rows = lines.map(
    ({ file, number, text }) => `${paint('dim', `${file}:${number}`)}  ${text.slice(indent)}`,
  );
  return [paint('bold', title), ...rows].join('\n');
}

function formatVerdict({ lesson, broken, fixed, ok }: LessonResult, paint: Paint): string {
  if (ok) return paint('green', `✓ broken by ${lesson.cause}; whole after the fix`);
  const found = broken.diagnoses.map(({ cause }) => cause).join(', ') || 'nothing';
  const rest = fixed.whole ? 'the fixed trace is whole' : 'the fixed trace is not whole';
  return paint('red', `✗ expected ${lesson.cause}, the doctor found ${found}; ${rest}`);
}

export function formatList(lessons: readonly Lesson[], json: boolean): string {
  if (json) {
    const all = lessons.map(({ name, title, teaches, row, cause }) => ({ name, title, teaches, row, cause }));
    return JSON.stringify({ lessons: all });
  }
  return lessons.map(({ name, title, teaches }) => `${name}: ${title}\n  ${teaches}`).join('\n\n');
}
