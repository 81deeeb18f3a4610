import fc from 'fast-check';
import { expect, it } from 'vitest';
import { breaks } from './breaks.ts';
import { ROWS } from './faults.ts';
import { breakOf, isRight, MAX_SEED, MYSTERY_CAUSES, parseAnswer } from './mystery.ts';

it('as many seeds in sequence as there are breaks give each break once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_SEED - breaks.length }), (first) => {
      const found = breaks.map((_, n) => breakOf(first + n));
      expect(new Set(found).size).toBe(breaks.length);
    }),
  );
});

it.each(breaks)('$knob of row $row has exactly one right answer', (one) => {
  const answers = ROWS.flatMap((row) => MYSTERY_CAUSES.map((cause) => ({ row, cause })));
  expect(answers.filter((answer) => isRight(one, answer))).toEqual([{ row: one.row, cause: one.cause }]);
});

it('an answer is a row and a cause', () => {
  expect(parseAnswer(' 8:carrier-without-context ')).toEqual({ row: 8, cause: 'carrier-without-context' });
});

it.each([
  ...['', '8', '8:', ':never-arrived', '26:never-arrived', '8:tenant-changed', '8.5:never-arrived'],
  ...['8:never-arrived:x', 'x:never-arrived'],
])('the answer %j is refused with the valid rows and causes', (text) => {
  expect(() => parseAnswer(text)).toThrow(
    /^expected ROW:CAUSE\. Rows: 1, 2, .*25\. Causes: http-without.*\.$/,
  );
});

it.each([-1, 0.5, Number.NaN])('the seed %s is refused', (seed) => {
  expect(() => breakOf(seed)).toThrow(/out of range/);
});
