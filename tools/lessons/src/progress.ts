// What a learner has done, kept in a file beside the copies of the programs.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const Done = z.object({
  /** The hints that were shown. */
  hints: z.int().min(0).max(3).default(0),
  /** The solution was shown. */
  solution: z.boolean().default(false),
  /** The program was whole. */
  whole: z.boolean().default(false),
});
export type Done = z.infer<typeof Done>;
/** By the name of the lesson. */
const Progress = z.record(z.string(), Done);
export type Progress = z.infer<typeof Progress>;

/**
 * Empty without a file.
 * @throws Error that names the file when it cannot be read
 */
export async function readProgress(file: string): Promise<Progress> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return Progress.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not readable (remove it to start again)`, { cause: error });
  }
}

/** Stores what changed in one lesson, and returns all of it. */
export async function noteProgress(
  file: string,
  name: string,
  change: (done: Done) => Partial<Done>,
): Promise<Done> {
  const progress = await readProgress(file);
  const done = progress[name] ?? Done.parse({});
  const now = { ...done, ...change(done) };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...progress, [name]: now }, undefined, 2)}\n`);
  return now;
}
