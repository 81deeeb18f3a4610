// The card names subpaths, functions and libraries: each is there.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');
const manifest = JSON.parse(await read('package.json')) as {
  exports: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
};
const { exports } = manifest;
const card = await read('README.md');
const [lines = '', subpaths = ''] = card.split('## All subpaths');
const cellsOf = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('what the card says to write', () => {
  const rows = lines.split('\n').filter((line) => /^\| .*`\.\//.test(line));

  it.each(rows)('%s', async (row) => {
    const cells = cellsOf(row);
    const from = codeIn(cells.pop());
    const calls = [...cells.join(' ').matchAll(/\b([a-z]\w+)\(/g)].map(([, name = '']) => name);
    const names = calls.filter((name) => name !== 'use');
    expect(names.length).toBeGreaterThan(0);
    const modules = await Promise.all(
      from.map((path) => import(new URL(`../${exports[path]}`, import.meta.url).href)),
    );
    for (const name of names) expect(modules.map((module) => typeof module[name])).toContain('function');
  });
});

/** Every library that a file, and what it imports, takes in, for values and for types. */
async function librariesOf(file: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(file)) return [];
  seen.add(file);
  const specifiers = [...(await read(file)).matchAll(/(?:from|import) '([^']+)'/g)].map(
    ([, name = '']) => name,
  );
  const found = specifiers.map((name) =>
    name.startsWith('.') ? librariesOf(join(dirname(file), name), seen) : [packageOf(name)],
  );
  return (await Promise.all(found)).flat();
}

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isOptional = (library: string) => manifest.peerDependenciesMeta[library]?.optional === true;

describe('the subpaths of the card', () => {
  const rows = subpaths
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cellsOf);
  const open = Object.entries(exports).filter(([, source]) => !source.endsWith('.fixture.ts'));

  it('are those of the package', () => {
    expect(rows.flatMap(([subpath]) => codeIn(subpath)).sort()).toEqual(open.map(([name]) => name).sort());
  });

  it.each(rows)('%s: %s. Takes of your libraries: %s', async (name, _, libraries) => {
    const [subpath = ''] = codeIn(name);
    const taken = await librariesOf(exports[subpath]?.replace('./', '') ?? '');
    expect([...new Set(taken)].filter(isOptional).sort()).toEqual(codeIn(libraries));
  });
});

it('has a peer range that takes the version on which it is tested', async () => {
  const workspace = await readFile(new URL('../../../pnpm-workspace.yaml', import.meta.url), 'utf8');
  for (const [library, range] of Object.entries(manifest.peerDependencies)) {
    const [, tested = ''] = new RegExp(`^  "?${library}"?: ([\\d.]+)`, 'm').exec(workspace) ?? [];
    expect([library, tested.split('.')[0]]).toEqual([library, /^\^(\d+)\./.exec(range)?.[1]]);
    expect([library, Number(tested.split('.')[1]) >= Number(range.split('.')[1])]).toEqual([library, true]);
  }
});
