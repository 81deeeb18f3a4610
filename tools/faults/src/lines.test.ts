import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PLACES } from './knobs.ts';
import { lines, rewrite, SERVICES } from './lines.ts';
import * as switches from './switches.ts';

const sourceOf = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');

it.each(lines)('$file holds the rewritten line exactly once, and keeps its line numbers', async (line) => {
  const source = await sourceOf(line.file);
  expect(source.split(line.find)).toHaveLength(2);
  expect(rewrite(source, [line]).split('\n')).toHaveLength(source.split('\n').length);
});

it('rewritten lines call functions that switches.ts exports', () => {
  const called = lines.flatMap(({ replace }) => [...replace.matchAll(/\$lab\.(\w+)/g)]);
  expect(called).toHaveLength(lines.length);
  for (const [, name = ''] of called) expect(switches).toHaveProperty(name, expect.any(Function));
});

it('rewriting fails, and names the line, where it is absent or not unique', () => {
  const line = { file: 'a.ts', find: 'here()', replace: 'there()' };
  expect(() => rewrite('here(); here();', [line])).toThrow('a.ts does not hold this exactly once: here()');
  expect(() => rewrite('nothing', [line])).toThrow('a.ts does not hold this exactly once: here()');
});

it('each place is in one file, of the service that it names', () => {
  const places = lines.flatMap(({ replace }) => /\$lab\.pass\('([^']+)'\)/.exec(replace)?.[1] ?? []);
  expect(places.sort()).toEqual(Object.keys(PLACES).sort());
  expect(SERVICES).toEqual(expect.arrayContaining(places));
});
