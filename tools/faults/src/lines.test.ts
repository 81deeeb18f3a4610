import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PLACES } from './knobs.ts';
import { rewrite, rewritten, SERVICES } from './lines.ts';

const sourceOf = (file: string) => readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');

describe.each(rewritten)('$file', (file) => {
  it.each(file.lines)('holds the line, once: $find', async ({ find }) => {
    expect((await sourceOf(file.file)).split(find)).toHaveLength(2);
  });

  it('calls what its module exports', async () => {
    const module = await import(new URL(file.module, import.meta.url).href);
    const called = file.lines.flatMap(({ replace }) => [...replace.matchAll(/\$lab\.(\w+)/g)]);
    expect(called.length).toBeGreaterThanOrEqual(file.lines.length);
    for (const [, name = ''] of called) expect(module[name]).toBeTypeOf('function');
  });

  it('keeps the number of every line', async () => {
    const source = await sourceOf(file.file);
    expect(rewrite(source, file).split('\n')).toHaveLength(source.split('\n').length);
  });
});

it('a line that is gone, or there twice, is named', () => {
  const file = { file: 'a.ts', module: 'switches.ts', lines: [{ find: 'here()', replace: 'there()' }] };
  expect(() => rewrite('here(); here();', file)).toThrow('a.ts does not hold this exactly once: here()');
  expect(() => rewrite('nothing', file)).toThrow('a.ts does not hold this exactly once: here()');
});

it('every place is passed in one file, in a process of its name', () => {
  const passed = rewritten.flatMap(({ lines }) =>
    lines.flatMap(({ replace }) => /\$lab\.pass\('([^']+)'\)/.exec(replace)?.[1] ?? []),
  );
  expect(passed.sort()).toEqual(Object.keys(PLACES).sort());
  expect(SERVICES).toEqual(expect.arrayContaining(passed));
});
