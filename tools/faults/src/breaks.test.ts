import { expect, it } from 'vitest';
import { breaks } from './breaks.ts';
import { DROPS, ROWS } from './faults.ts';

it('every row that has a fault, and every knob, has a break', () => {
  expect([...new Set(breaks.map(({ row }) => row))]).toEqual(ROWS);
  expect([...new Set(breaks.map(({ knob }) => knob))].sort()).toEqual(Object.keys(DROPS).sort());
});

it.each(breaks)('$knob of row $row shows in a scenario with a hop of that row from that service', (one) => {
  const { row, knob, scenario } = one;
  const starts = scenario.edges.filter((edge) => edge.row === row).map(({ from }) => from.service);
  expect(starts).toContain(knob.split(':')[0]);
});
