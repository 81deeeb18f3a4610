// The READMEs of packages/tracing and packages/runtime name subpaths, functions and libraries: each exists.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Manifest {
  exports: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional: boolean }>;
}

const cellsOf = (row: string) =>
  row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const callsIn = (text: string) => [...text.matchAll(/\b([a-z]\w+)\(/g)].map(([, name = '']) => name);
const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

describe.each(['packages/tracing', 'packages/runtime'])('the README of %s', async (folder) => {
  const at = (file: string) => new URL(`../${folder}/${file}`, import.meta.url);
  const read = (file: string) => readFile(at(file), 'utf8');
  const { exports, peerDependenciesMeta }: Manifest = JSON.parse(await read('package.json'));
  const [lines = '', subpaths = ''] = (await read('README.md')).split('## All subpaths');
  const rows = subpaths
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cellsOf);

  // The subpath is the last cell of a line to write, and the first of the list of all subpaths.
  const linesToWrite = lines
    .split('\n')
    .filter((line) => /^\| .*`\.\//.test(line))
    .map((line) => cellsOf(line).reverse());
  const described = rows.filter(([, text = '']) => callsIn(text).length > 0);
  it.each([...linesToWrite, ...described])(
    '%s exports the functions that its row calls: %s',
    async (from, ...cells) => {
      const names = callsIn(cells.join(' ')).filter((name) => name !== 'use');
      expect(names.length).toBeGreaterThan(0);
      const modules = await Promise.all(codeIn(from).map((path) => import(at(exports[path] ?? '').href)));
      for (const name of names) expect(modules.map((module) => typeof module[name])).toContain('function');
    },
  );

  it('lists every subpath', () => {
    const open = Object.entries(exports).filter(([, source]) => !source.endsWith('.fixture.ts'));
    expect(rows.flatMap(([subpath]) => codeIn(subpath)).sort()).toEqual(open.map(([name]) => name).sort());
  });

  /** Every library that a file imports, directly or through files of its package, for values and for types. */
  async function librariesOf(file: string, seen = new Set<string>()): Promise<string[]> {
    if (seen.has(file)) return [];
    seen.add(file);
    const specifiers = [...(await read(file)).matchAll(/(?:from|import) '([^']+)'/g)];
    const found = specifiers.map(([, name = '']) =>
      name.startsWith('.') ? librariesOf(join(dirname(file), name), seen) : [packageOf(name)],
    );
    return (await Promise.all(found)).flat();
  }

  const withLibraries = rows.filter((cells) => cells.length === 3);
  it.each(withLibraries)(
    '%s: %s. Names the optional peers that it imports: %s',
    async (name, _, libraries) => {
      const [subpath = ''] = codeIn(name);
      const taken = await librariesOf(exports[subpath]?.replace('./', '') ?? '');
      const optional = [...new Set(taken)].filter((library) => peerDependenciesMeta?.[library]?.optional);
      expect(optional.sort()).toEqual(codeIn(libraries));
    },
  );
});
