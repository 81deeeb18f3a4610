// The formulas of the model against closed forms and published tables.
import { expect, it } from 'vitest';
import {
  capacityOf,
  erlangC,
  furtherCost,
  highestRate,
  littleRate,
  type Station,
  utilisation,
  waitQuantile,
} from './queueing.ts';

const station = (cores: number, firstMs: number, furtherMs = firstMs): Station => ({
  cores,
  firstMs,
  furtherMs,
});

it.each([
  // One server: the utilisation. Two: ρ²·2/(1 + ρ).
  [1, 0.7, 0.7],
  [2, 1, 1 / 3],
  [2, 1.6, 0.7111],
  // The usual tables of a call centre.
  [5, 4, 0.5541],
  [10, 8, 0.4092],
  [11, 10, 0.6821],
])(
  'the chance to wait with %i servers and %d erlangs is that of Erlang’s tables',
  (servers, offered, chance) => {
    expect(erlangC(servers, offered)).toBeCloseTo(chance, 4);
  },
);

it('every request waits where more is offered than the servers can do', () => {
  expect(erlangC(2, 2)).toBe(1);
  expect(waitQuantile(station(2, 10), 200, 0.99)).toBe(Number.POSITIVE_INFINITY);
});

it('the wait of M/M/1 has its closed form, and is 0 where fewer than one in a hundred wait', () => {
  // µ = 100/s, λ = 80/s: ln(0.8 / 0.01) / 20 s.
  expect(waitQuantile(station(1, 10), 80, 0.99)).toBeCloseTo((Math.log(80) / 20) * 1_000, 6);
  expect(waitQuantile(station(1, 10), 0.5, 0.99)).toBe(0);
});

it('with equal costs the utilisation is rate times cost by cores, and never above 1', () => {
  expect(utilisation(station(2, 5), 200)).toBeCloseTo(0.5);
  expect(utilisation(station(2, 5), 1_000)).toBe(1);
});

it('with an exceptional first service the utilisation solves ρ = X (D + (1 − ρ)(D₁ − D)) / C, and reaches 1 at the capacity', () => {
  const mesh = station(2, 20, 6);
  for (const rate of [1, 50, 100, 300]) {
    const busy = utilisation(mesh, rate);
    expect((rate / 1_000) * (6 + (1 - busy) * 14)).toBeCloseTo(busy * 2, 9);
  }
  expect(utilisation(mesh, capacityOf(mesh))).toBeCloseTo(1, 9);
});

it('the cost of a further request is found from singles and from bursts of any size', () => {
  for (const n of [2, 10, 40]) expect(furtherCost(20, 6 + 14 / n, n)).toBeCloseTo(6, 9);
});

it('the highest rate is the one whose wait is the limit, and grows with the cores', () => {
  const [two, four] = [station(2, 20, 6), station(4, 20, 6)];
  const rate = highestRate(two, 20, 100);
  expect(waitQuantile(two, rate, 0.99)).toBeCloseTo(80, 0);
  expect(rate).toBeLessThan(capacityOf(two));
  expect(highestRate(four, 20, 100)).toBeGreaterThan(2 * rate);
  // Nothing holds if an answer without a wait takes too long already.
  expect(highestRate(two, 101, 100)).toBe(0);
});

it('32 places of one second each carry 32 requests a second, by Little’s law', () => {
  expect(littleRate(32, 1_000)).toBe(32);
  expect(littleRate(32, 40)).toBe(800);
});
