import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lessons } from './catalog.ts';
import { copyOf, openWork } from './work.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-mesh-work-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the copy of a program', () => {
  it('imports from where it is', () => {
    const program = "import { a } from '../src/a.ts';\nimport b from 'b';\nawait import('./c.ts');";
    expect(copyOf(program, '/repo/lessons/one', '/repo/.mesh/one')).toBe(
      "import { a } from '../../lessons/src/a.ts';\nimport b from 'b';\nawait import('../../lessons/one/c.ts');",
    );
  });

  it.each(lessons)('of $name does not point at the fault, and its imports exist', async (lesson) => {
    const file = await openWork(lesson, join(folder, lesson.name));
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain('←');
    const paths = [...text.matchAll(/'(\.[^']*\.ts)'/g)].map(([, path = '']) => join(dirname(file), path));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
    expect(paths.length).toBeGreaterThan(0);
  });
});

describe("the learner's folder", () => {
  const [lesson] = lessons;
  if (!lesson) throw new Error('there is no lesson');

  it('keeps what the learner wrote', async () => {
    const file = await openWork(lesson, join(folder, 'kept'));
    await writeFile(file, 'mine');
    expect(await readFile(await openWork(lesson, join(folder, 'kept')), 'utf8')).toBe('mine');
  });

  it('is refused where it has packages of its own', async () => {
    await mkdir(join(folder, 'own', 'node_modules'), { recursive: true });
    await expect(openWork(lesson, join(folder, 'own'))).rejects.toThrow(
      /node_modules is not of this checkout/,
    );
  });
});

describe('the symptom', () => {
  it.each(lessons)('of $name does not name the fix, and the hints differ', ({ symptom, hints, title }) => {
    expect(symptom).not.toBe(title);
    expect(symptom).not.toMatch(/\w\(|`/);
    expect(new Set(hints).size).toBe(3);
  });
});
