// What a learner reads: the path of lessons, the symptom, the judgement of a program, hints and the solution. Says the cause only
// when it is asked for.
import { relative } from 'node:path';
import { viewerLink } from '@trace-mesh/cli/viewer';
import type { Endpoints } from '@trace-mesh/scenarios/endpoints';
import { formatTree, paint } from '@trace-mesh/trace-doctor/tree';
import type { Attempt } from './attempt.ts';
import type { Finding } from './finding.ts';
import { LEVELS, type Lesson, type Level } from './lesson.ts';
import type { Done, Progress } from './progress.ts';

/** All lessons by level, with what was done. */
export function formatPath(lessons: readonly Lesson[], progress: Progress, color: boolean): string {
  const levels = Object.entries(LEVELS).map(([level, title]) => {
    const own = lessons.filter((lesson) => lesson.level === (Number(level) as Level));
    const rows = own.map(({ name, symptom }) => `${mark(progress[name], color)} ${name}\n    ${symptom}`);
    return [paint(color, 'bold', `Level ${level}: ${title}`), ...rows].join('\n');
  });
  const whole = lessons.filter(({ name }) => progress[name]?.whole).length;
  const usage = 'npm run lesson -- NAME --work: repair it yourself; npm run lesson -- NAME: see it explained';
  return [...levels, `${whole} of ${lessons.length} repaired\n${usage}`].join('\n\n');
}

function mark(done: Done | undefined, color: boolean): string {
  if (!done) return ' ·';
  if (!done.whole) return paint(color, 'yellow', ' …');
  return paint(color, 'green', done.solution ? ' ✓ (with the solution)' : ' ✓');
}

export function formatTask({ name, level, symptom }: Lesson, file: string, color: boolean): string {
  return [
    `${paint(color, 'bold', name)} (level ${level}: ${LEVELS[level]})`,
    symptom,
    `Repair ${relative('.', file)}. Each save runs it. Stuck: npm run lesson -- ${name} --hint`,
  ].join('\n');
}

/** The judgement. Of a program with the lesson's own fault it shows the symptom, of others what is wrong now. */
export function formatAttempt(
  lesson: Lesson,
  attempt: Attempt,
  endpoints: Endpoints,
  color: boolean,
): string {
  if (attempt.failure !== undefined) return paint(color, 'red', `✗ ${attempt.failure}`);
  const { ok, traceId, finding } = attempt;
  const seen = [finding.trace, finding.unsampled].filter(({ spans }) => spans.length > 0);
  const trees = seen.map((trace) => formatTree(trace, [], { color }));
  const head = [...trees, viewerLink(endpoints, traceId)].join('\n');
  if (ok) return `${head}\n\n${paint(color, 'green', '✓ whole')}\n${lesson.title}. ${lesson.teaches}`;
  const wrong = wrongNow(lesson, finding).map((text) => paint(color, 'red', `✗ ${text}`));
  return `${head}\n\n${wrong.join('\n')}\nAsk the doctor: npm run trace -- check ${traceId}`;
}

function wrongNow({ cause, symptom }: Lesson, { diagnoses, problems }: Finding): string[] {
  if (diagnoses.length === 0) return problems;
  const others = diagnoses.filter((diagnosis) => diagnosis.cause !== cause);
  return others.length > 0 ? others.map(({ text }) => text) : [symptom];
}

/** The object of `--json`, on one line. */
export function attemptJson({ name }: Lesson, file: string, attempt: Attempt, endpoints: Endpoints): string {
  const { ok, failure } = attempt;
  if (failure !== undefined) return JSON.stringify({ ok, lesson: name, file, error: failure });
  const { traceId, finding } = attempt;
  const { hops, problems, diagnoses } = finding;
  const viewer = viewerLink(endpoints, traceId);
  return JSON.stringify({ ok, lesson: name, file, traceId, hops, problems, diagnoses, viewer });
}

/** The hints up to the `count`-th. */
export const formatHints = ({ hints }: Lesson, count: number): string =>
  hints
    .slice(0, count)
    .map((hint, index) => `${index + 1}. ${hint}`)
    .join('\n');
