import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lessons } from './catalog.ts';
import { noteProgress, readProgress } from './progress.ts';
import { formatPath } from './work-report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-mesh-progress-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('what was done in each lesson is kept', async () => {
  const file = join(folder, 'new', 'progress.json');
  expect(await readProgress(file)).toEqual({});
  await noteProgress(file, 'one', ({ hints }) => ({ hints: hints + 1 }));
  await noteProgress(file, 'two', () => ({}));
  const one = await noteProgress(file, 'one', ({ hints }) => ({ hints: hints + 1, whole: true }));
  expect(one).toEqual({ hints: 2, solution: false, whole: true });
  expect(await readProgress(file)).toEqual({ one, two: { hints: 0, solution: false, whole: false } });
});

it('a file that is not readable is named', async () => {
  const file = join(folder, 'bad.json');
  await writeFile(file, '{"one":');
  await expect(readProgress(file)).rejects.toThrow(`${file} is not readable (remove it to start again)`);
});

it('the path shows every lesson below its level, with what was done and without its cause', () => {
  const [first, second] = lessons.filter(({ level }) => level === 1).map(({ name }) => name);
  const done = { hints: 0, solution: true, whole: true };
  const text = formatPath(lessons, { [first ?? '']: done, [second ?? '']: { ...done, whole: false } }, false);
  expect(text).toMatch(/^Level 1: One hop\n ✓ \(with the solution\) http-hop\n.*\n … /);
  expect(text).toContain(`\n\n1 of ${lessons.length} repaired\n`);
  for (const { name, symptom, title } of lessons) {
    expect(text).toContain(`${name}\n    ${symptom}`);
    expect(text).not.toContain(title);
  }
});
