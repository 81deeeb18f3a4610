import { expect, it } from 'vitest';
import { type Baseline, baselineOf, best, compare, failed, print } from './gate.ts';
import { UsageError } from './options.ts';

const BASELINE: Baseline = {
  'empty ours-100': { ratio: 2, tolerance: 0.15 },
  'grpc ours-100': { ratio: 1, tolerance: 0.3 },
};

it('a ratio within the tolerance of its cell holds, and one above that fails', () => {
  expect(failed(compare(BASELINE, { 'empty ours-100': 2.29, 'grpc ours-100': 1.29 }))).toBe(false);
  const cells = compare(BASELINE, { 'empty ours-100': 2.31, 'grpc ours-100': 1.29 });
  expect(cells.map(({ worse }) => worse)).toEqual([true, false]);
  expect(failed(cells)).toBe(true);
  expect(print(cells)).toContain('| empty ours-100 | 2.00 × | 15 % | 2.31 × | 16 % worse |');
  expect(print(cells).split('\n').at(-1)).toBe('1 passed, 1 failed');
});

it('a cell that was measured again counts with its best ratio', () => {
  const first = { 'empty ours-100': 3, 'grpc ours-100': 1 };
  expect(best([first, { 'empty ours-100': 2 }, { 'empty ours-100': 2.5 }])).toEqual({
    'empty ours-100': 2,
    'grpc ours-100': 1,
  });
  expect(best([first, { 'empty ours-100': 4 }])).toEqual(first);
});

it('a baseline has the median of its runs, and tolerates twice their spread but not less than 25 %', () => {
  const runs = [2, 2.02, 1.9].map((ratio) => ({ 'empty ours-100': ratio }));
  expect(baselineOf(runs)).toEqual({ 'empty ours-100': { ratio: 2, tolerance: 0.25 } });
  const wide = [2, 2.4, 1.9].map((ratio) => ({ 'empty ours-100': ratio }));
  expect(baselineOf(wide)).toEqual({ 'empty ours-100': { ratio: 2, tolerance: 0.4 } });
});

it('a cell without a baseline is an error that names the command to write one', () => {
  expect(() => compare(BASELINE, { 'ws ours-100': 1 })).toThrow(
    new UsageError('baseline.json has no ws ours-100 (write it: npm run bench -- gate --write)'),
  );
});

it('a failed measurement is worse than every baseline', () => {
  expect(failed(compare(BASELINE, { 'empty ours-100': Number.NaN }))).toBe(true);
});
