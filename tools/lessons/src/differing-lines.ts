import { readFile } from 'node:fs/promises';
import { diff } from 'node:util';

export interface DiffLine {
  /** From the root of the repository. */
  file: string;
  /** From 1. */
  number: number;
  text: string;
}

/** The lines that only one of the two versions has, without imports. */
export async function differingLines(name: string): Promise<{ broken: DiffLine[]; fixed: DiffLine[] }> {
  const files = { broken: `tools/lessons/${name}/broken.ts`, fixed: `tools/lessons/${name}/fixed.ts` };
  const [broken, fixed] = await Promise.all([readLines(files.broken), readLines(files.fixed)]);
  const { removed, added } = compareLines(broken, fixed);
  const lines = (file: string, text: string[], numbers: number[]) =>
    numbers.map((number) => ({ file, number, text: text[number - 1] ?? '' }));
  return { broken: lines(files.broken, broken, removed), fixed: lines(files.fixed, fixed, added) };
}

/** The numbers (from 1) of the lines that only one of the two lists has, without imports and empty lines. */
export function compareLines(before: string[], after: string[]): { removed: number[]; added: number[] } {
  const removed: number[] = [];
  const added: number[] = [];
  const [skipBefore, skipAfter] = [importEnd(before), importEnd(after)];
  let [inBefore, inAfter] = [skipBefore, skipAfter];
  // 1: only in the first list, -1: only in the second.
  for (const [operation, text] of diff(before.slice(skipBefore), after.slice(skipAfter))) {
    if (operation >= 0) inBefore += 1;
    if (operation <= 0) inAfter += 1;
    if (text.trim() === '') continue;
    if (operation > 0) removed.push(inBefore);
    if (operation < 0) added.push(inAfter);
  }
  return { removed, added };
}

/** The number of lines up to the end of the last import. */
const importEnd = (lines: string[]): number =>
  lines.findLastIndex((line) => /^(import|\}) .*from '|^import '/.test(line)) + 1;

const readLines = async (file: string): Promise<string[]> =>
  (await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')).split('\n');
