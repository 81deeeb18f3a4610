import { expect, it } from 'vitest';
import { better, compare, failed, print } from './gate.ts';
import { UsageError } from './options.ts';

const BASELINE = { 'empty ours-100': 2, 'grpc ours-100': 1 };

it('a ratio up to 15 % above the baseline holds, and one above that fails', () => {
  expect(failed(compare(BASELINE, { 'empty ours-100': 2.29, 'grpc ours-100': 0.5 }))).toBe(false);
  const cells = compare(BASELINE, { 'empty ours-100': 2.31, 'grpc ours-100': 1 });
  expect(cells.map(({ worse }) => worse)).toEqual([true, false]);
  expect(failed(cells)).toBe(true);
  expect(print(cells)).toContain('| empty ours-100 | 2.00 × | 2.31 × | 16 % worse |');
});

it('a cell that was measured again counts with its better ratio', () => {
  const first = { 'empty ours-100': 3, 'grpc ours-100': 1 };
  expect(better(first, { 'empty ours-100': 2 })).toEqual({ 'empty ours-100': 2, 'grpc ours-100': 1 });
  expect(better(first, { 'empty ours-100': 4 })).toEqual(first);
});

it('a cell without a baseline is an error that names the command to write one', () => {
  expect(() => compare(BASELINE, { 'ws ours-100': 1 })).toThrow(
    new UsageError('baseline.json has no ws ours-100 (write it: npm run bench -- gate --write)'),
  );
});

it('a failed measurement is worse than every baseline', () => {
  expect(failed(compare(BASELINE, { 'empty ours-100': Number.NaN }))).toBe(true);
});
