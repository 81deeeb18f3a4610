// The card names functions and where they come from: each is there.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');
const { exports } = JSON.parse(await read('package.json')) as { exports: Record<string, string> };
const rows = (await read('README.md')).split('\n').filter((line) => /^\| .*`\.\//.test(line));

/** Names that are called in the cells of a row, and the subpaths of its last cell. */
function partsOf(row: string): { names: string[]; subpaths: string[] } {
  const [, ...cells] = row
    .split('|')
    .map((cell) => cell.trim())
    .reverse();
  const [from = '', ...code] = cells;
  const calls = [...code.join(' ').matchAll(/\b([a-z]\w+)\(/g)].map(([, name = '']) => name);
  return {
    names: calls.filter((name) => name !== 'use'),
    subpaths: [...from.matchAll(/`(\.\/[\w-]+)`/g)].map(([, path = '']) => path),
  };
}

it.each(rows)('%s', async (row) => {
  const { names, subpaths } = partsOf(row);
  expect(names.length).toBeGreaterThan(0);
  const modules = await Promise.all(
    subpaths.map((path) => import(new URL(`../${exports[path]}`, import.meta.url).href)),
  );
  for (const name of names) expect(modules.map((module) => typeof module[name])).toContain('function');
});
