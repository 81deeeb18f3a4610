import { expect, it } from 'vitest';
import { breaks } from './breaks.ts';
import { DROPS, isOfReceiver, ROWS } from './faults.ts';

it('every row that has a fault, and every knob, has a break', () => {
  expect([...new Set(breaks.map(({ row }) => row))]).toEqual(ROWS);
  expect([...new Set(breaks.map(({ knob }) => knob))].sort()).toEqual(Object.keys(DROPS).sort());
});

it.each(breaks)(
  '$knob of row $row shows in a scenario with a hop of that row, at the side that loses the context',
  (one) => {
    const { row, knob, fault, scenario } = one;
    const end = isOfReceiver(fault) ? 'to' : 'from';
    const services = scenario.edges.filter((edge) => edge.row === row).map((edge) => edge[end].service);
    expect(services).toContain(knob.split(':')[0]);
  },
);
