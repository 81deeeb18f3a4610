import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interleave, median, minimum, quantile, round } from './statistics.ts';

it('quantiles interpolate between the two nearest values', () => {
  expect(quantile([4, 1, 3, 2], 0)).toBe(1);
  expect(quantile([4, 1, 3, 2], 1)).toBe(4);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([5, 1, 3])).toBe(3);
  expect(quantile([], 0.5)).toBeNaN();
});

it('a median lies between the extremes, and half of the values on either side', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const middle = median(values);
      const below = values.filter((value) => value < middle).length;
      expect(middle).toBeGreaterThanOrEqual(minimum(values));
      expect(below).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

it('rounds to decimal places', () => {
  expect(round(1.23456, 2)).toBe(1.23);
  expect(round(1.5)).toBe(2);
});

it('every subject is measured once in each round, and no round has the order of the one before', async () => {
  const order: string[][] = [[], [], [], []];
  const figures = await interleave(['a', 'b', 'c'], 4, async (subject, turn) => {
    order[turn]?.push(subject);
    return turn;
  });
  expect(Object.fromEntries(figures)).toEqual({ a: [0, 1, 2, 3], b: [0, 1, 2, 3], c: [0, 1, 2, 3] });
  expect(order.map((names) => names.toSorted().join(''))).toEqual(['abc', 'abc', 'abc', 'abc']);
  for (const [turn, names] of order.entries()) expect(names).not.toEqual(order[turn - 1]);
});
