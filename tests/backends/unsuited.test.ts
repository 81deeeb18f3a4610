import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { staleRows, unsuited } from './unsuited.ts';

it('every test that is left out on real backends exists under its title', () => {
  expect(unsuited.filter(({ file }) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  expect(staleRows(unsuited)).toEqual([]);
});

it('a row with a title that its file does not have is stale', () => {
  const [row] = unsuited.filter(({ test }) => test !== undefined);
  const renamed = { file: '', reason: '', ...row, test: 'leaving the mesh > a request has another title' };
  expect(staleRows([renamed])).toEqual([renamed]);
});
