// The lines in which two versions of a program differ: what to look at, and never out of date.
import { readFile } from 'node:fs/promises';
import { diff } from 'node:util';

export interface Line {
  /** From the root of the repository. */
  file: string;
  /** From 1. */
  number: number;
  text: string;
}

/** The lines of the broken program that are not in the mended one, and the other way round. Imports only follow from them. */
export async function differingLines(name: string): Promise<{ broken: Line[]; mended: Line[] }> {
  const files = { broken: `lessons/${name}/broken.ts`, mended: `lessons/${name}/mended.ts` };
  const [broken, mended] = await Promise.all([readLines(files.broken), readLines(files.mended)]);
  const { removed, added } = compareLines(broken, mended);
  const lines = (file: string, text: string[], numbers: number[]) =>
    numbers.map((number) => ({ file, number, text: text[number - 1] ?? '' }));
  return { broken: lines(files.broken, broken, removed), mended: lines(files.mended, mended, added) };
}

/** The numbers (from 1) of the lines that only one of the two has, without imports and empty lines. */
export function compareLines(before: string[], after: string[]): { removed: number[]; added: number[] } {
  const removed: number[] = [];
  const added: number[] = [];
  const [skipBefore, skipAfter] = [importEnd(before), importEnd(after)];
  let [inBefore, inAfter] = [skipBefore, skipAfter];
  // 1 for what the first list alone has, -1 for the second.
  for (const [operation, text] of diff(before.slice(skipBefore), after.slice(skipAfter))) {
    if (operation >= 0) inBefore += 1;
    if (operation <= 0) inAfter += 1;
    if (text.trim() === '') continue;
    if (operation > 0) removed.push(inBefore);
    if (operation < 0) added.push(inAfter);
  }
  return { removed, added };
}

/** How many lines there are up to the end of the last import. */
const importEnd = (lines: string[]): number =>
  lines.findLastIndex((line) => /^(import|\}) .*from '|^import '/.test(line)) + 1;

const readLines = async (file: string): Promise<string[]> =>
  (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).split('\n');
