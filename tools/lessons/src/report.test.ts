import { composeEndpoints } from '@trace-mesh/cli/compose';
import { describe, expect, it } from 'vitest';
import { lessons } from './catalog.ts';
import { failureJson, formatResult, listJson, resultJson } from './report.ts';
import type { LessonResult, Taught } from './run-lesson.ts';

const endpoints = composeEndpoints({});
const [lesson] = lessons;
if (!lesson) throw new Error('there is no lesson');

const traceId = 'a'.repeat(32);
const taught: Taught = {
  traceId,
  related: [],
  trace: { traceId, spans: [] },
  hops: [],
  problems: [],
  ok: true,
  received: [],
  unsampled: { traceId, spans: [] },
  diagnoses: [],
  whole: true,
  lines: [
    { file: 'lessons/http-hop/broken.ts', number: 9, text: '  try {' },
    { file: 'lessons/http-hop/broken.ts', number: 10, text: '    work();' },
  ],
};
const diagnoses = [{ cause: lesson.cause, text: 'it was lost', spans: [] }];
const good: LessonResult = {
  lesson,
  broken: { ...taught, whole: false, diagnoses },
  fixed: taught,
  ok: true,
};
const bad: LessonResult = { lesson, broken: taught, fixed: { ...taught, whole: false }, ok: false };

describe('for a person', () => {
  it('shows the diagnosis, and the lines where they are, moved to the left', () => {
    const text = formatResult(good, endpoints, false);
    expect(text).toContain(`diagnosis: ${lesson.cause}\nit was lost\n`);
    expect(text).toContain(
      'what went wrong\nlessons/http-hop/broken.ts:9  try {\nlessons/http-hop/broken.ts:10    work();\n',
    );
    expect(text).toMatch(/✓ broken by http-without-traceparent; whole after the fix\n$/);
  });

  it('prints the unexpected result', () => {
    expect(formatResult(bad, endpoints, false)).toMatch(
      /✗ expected http-without-traceparent, the doctor found nothing; the fixed trace is not whole\n$/,
    );
  });
});

describe('--json', () => {
  it('holds exactly the documented keys, on one line', () => {
    const text = resultJson(good, endpoints);
    const viewer = `http://127.0.0.1:16686/trace/${traceId}`;
    const { hops, problems, lines } = taught;
    const version = { traceId, hops, problems, lines, viewer };
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      ok: true,
      lesson: lesson.name,
      cause: lesson.cause,
      broken: { ...version, whole: false, diagnoses },
      mended: { ...version, whole: true, diagnoses: [] },
    });
  });

  it('keeps its shape when nothing could be run', () => {
    expect(JSON.parse(failureJson('no mesh'))).toEqual({ ok: false, error: 'no mesh' });
  });

  it('lists the lessons, with what was done', () => {
    const { name, level, title, symptom, teaches, row, cause } = lesson;
    const entry = { name, level, title, symptom, teaches, row, cause };
    const done = { hints: 1, solution: false, whole: true };
    expect(JSON.parse(listJson([lesson], {}))).toEqual({ lessons: [entry] });
    expect(JSON.parse(listJson([lesson], { [name]: done }))).toEqual({ lessons: [{ ...entry, done }] });
  });
});
