// The table of each lesson: the copy that a learner gets and every cheat are not whole, every repair other than the reference is.
// tests/e2e/lessons.test.ts judges the reference.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHECK_LIMIT_MS, judgeAttempt } from '@trace-mesh/lessons/attempt';
import { lessons } from '@trace-mesh/lessons/catalog';
import type { Attempts, Edits, Lesson } from '@trace-mesh/lessons/lesson';
import { versionFile } from '@trace-mesh/lessons/run-program';
import { copyOf, openWork } from '@trace-mesh/lessons/work';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const endpoints = inject('endpoints');
/** Many programs run at once, each slower than a learner's alone. */
const programTimeoutMs = 3 * CHECK_LIMIT_MS;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-mesh-lessons-'));
});
afterAll(() => rm(folder, { recursive: true }));

function edit(program: string, edits: Edits): string {
  return edits.reduce((text, [from, to]) => {
    expect(text.split(from), from).toHaveLength(2);
    return text.replace(from, () => to);
  }, program);
}

/** Judges the edited program in a folder as a learner has it. */
async function judge(lesson: Lesson, edits: Edits, expected?: 'fixed') {
  const program = edit(await readFile(versionFile(lesson, 'broken'), 'utf8'), edits);
  const dir = await mkdtemp(join(folder, `${lesson.name}-`));
  const file = await openWork(lesson, dir);
  await writeFile(file, copyOf(program, join(versionFile(lesson, 'broken'), '..'), dir));
  return judgeAttempt(lesson, file, { endpoints, programTimeoutMs, ...(expected && { expected }) });
}

const tables = await Promise.all(
  lessons.map(async (lesson) => {
    const { attempts }: { attempts: Attempts } = await import(
      join(versionFile(lesson, 'broken'), '../repairs.ts')
    );
    return { lesson, name: lesson.name, attempts };
  }),
);

describe.concurrent.each(tables)('$name', ({ lesson, attempts: { right, cheats } }) => {
  const whole = { ok: true, finding: { problems: [], diagnoses: [] } };

  it('is broken as the learner gets it', async () => {
    const file = await openWork(lesson, await mkdtemp(join(folder, `${lesson.name}-`)));
    const attempt = await judgeAttempt(lesson, file, { endpoints, programTimeoutMs });
    expect(attempt).toMatchObject({ ok: false, finding: { diagnoses: [{ cause: lesson.cause }] } });
  });

  it.each(Object.entries(right))('is whole with: %s', async (_, edits) => {
    expect(await judge(lesson, edits, 'fixed')).toMatchObject(whole);
  });

  it.each(Object.entries(cheats))('is not whole with: %s', async (_, edits) => {
    const attempt = await judge(lesson, edits);
    expect(attempt).toMatchObject({ ok: false, finding: { whole: false } });
  });

  it('has two other repairs and a cheat', () => {
    expect(Object.keys(right).length).toBeGreaterThanOrEqual(2);
    expect(Object.keys(cheats).length).toBeGreaterThanOrEqual(1);
  });
});
