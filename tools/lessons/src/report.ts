// What a lesson prints: one JSON object for programs, or trees, diagnosis and lines for a person.
import { styleText } from 'node:util';
import { viewerLink } from '@trace-mesh/cli/viewer';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { formatHops, formatTree } from '@trace-mesh/trace-doctor/tree';
import type { Lesson } from './lesson.ts';
import type { LessonResult, Taught } from './run-lesson.ts';

type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** The object of `--json`, on one line. */
export function resultJson({ lesson, broken, mended, ok }: LessonResult, endpoints: Endpoints): string {
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
  return JSON.stringify({ ok, lesson: name, cause, broken: version(broken), mended: version(mended) });
}

/** The same object where nothing could be run. */
export const failureJson = (error: string): string => JSON.stringify({ ok: false, error });

/** Everything about one lesson, for a person. */
export function formatResult(result: LessonResult, endpoints: Endpoints, color: boolean): string {
  const { lesson, broken, mended } = result;
  const paint: Paint = (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
  const blocks = [
    `${paint('bold', lesson.name)}: ${lesson.title}\n${lesson.teaches}`,
    ...formatVersion('broken', broken, endpoints, { color, paint }),
    formatLines('what went wrong', broken, paint),
    formatLines('what mends it', mended, paint),
    ...formatVersion('mended', mended, endpoints, { color, paint }),
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
    ...diagnoses.map(({ cause, text }) => `${paint('yellow', `the doctor says: ${cause}`)}\n${text}`),
  ];
}

/** The lines with their places, as far to the left as the leftmost allows. */
function formatLines(title: string, { lines }: Taught, paint: Paint): string {
  const indent = Math.min(...lines.map(({ text }) => text.search(/\S/)));
  const rows = lines.map(
    ({ file, number, text }) => `${paint('dim', `${file}:${number}`)}  ${text.slice(indent)}`,
  );
  return [paint('bold', title), ...rows].join('\n');
}

function formatVerdict({ lesson, broken, mended, ok }: LessonResult, paint: Paint): string {
  if (ok) return paint('green', `✓ broken by ${lesson.cause}; mended, it is whole`);
  const found = broken.diagnoses.map(({ cause }) => cause).join(', ') || 'nothing';
  const rest = mended.whole ? 'the mended trace is whole' : 'the mended trace is not whole';
  return paint('red', `✗ expected ${lesson.cause}, the doctor found ${found}; ${rest}`);
}

/** Without a name: each lesson, with what it teaches. */
export function formatList(lessons: readonly Lesson[], json: boolean): string {
  if (json) {
    const all = lessons.map(({ name, title, teaches, row, cause }) => ({ name, title, teaches, row, cause }));
    return JSON.stringify({ lessons: all });
  }
  return lessons.map(({ name, title, teaches }) => `${name}: ${title}\n  ${teaches}`).join('\n\n');
}
