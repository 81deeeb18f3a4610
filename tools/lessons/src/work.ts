// The learner's copy of a broken program: a folder with one file, and a link to the packages that it imports.
import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Lesson } from './lesson.ts';
import { FOLDER, versionFile } from './run-program.ts';

/**
 * The path of the learner's program in `dir`, copied from the broken one unless it is there.
 * @throws Error when `dir` has packages of its own, which the program would import instead
 */
export async function openWork(lesson: Lesson, dir: string): Promise<string> {
  const file = join(dir, 'program.ts');
  const broken = versionFile(lesson, 'broken');
  await mkdir(dir, { recursive: true });
  await linkPackages(dir);
  if (!existsSync(file)) await writeFile(file, copyOf(await readFile(broken, 'utf8'), dirname(broken), dir));
  return file;
}

/** A program as it is given to a learner: without the comments that point at the fault, its relative imports from `dir`. */
export function copyOf(program: string, from: string, dir: string): string {
  return program
    .replaceAll(/ *\/\/ ← .*$/gm, '')
    .replaceAll(/(?<=\bfrom |\bimport\(|^import )'(\.[^']*)'/gm, (_, path: string) => {
      const moved = relative(dir, join(from, path)).replaceAll('\\', '/');
      return `'${moved.startsWith('.') ? moved : `./${moved}`}'`;
    });
}

async function linkPackages(dir: string): Promise<void> {
  const link = join(dir, 'node_modules');
  const packages = join(FOLDER, 'node_modules');
  if (!existsSync(link)) await symlink(packages, link, 'junction');
  else if ((await realpath(link)) !== (await realpath(packages)))
    throw new Error(`${link} is not of this checkout (choose another folder, or remove it)`);
}
