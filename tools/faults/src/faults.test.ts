import { existsSync } from 'node:fs';
import { scenarios } from '@trace-mesh/scenarios/catalog';
import { expect, it } from 'vitest';
import { DROPS, faultsOfRow, knobsOf, ROWS } from './faults.ts';
import { SERVICES } from './lines.ts';

const faults = [...new Set(ROWS.flatMap(faultsOfRow))];

it.each(faults)('the fault $name names services of the mesh and a source file', ({ services, file }) => {
  expect(SERVICES).toEqual(expect.arrayContaining([...services]));
  expect(existsSync(new URL(`../../../${file}`, import.meta.url))).toBe(true);
});

it('every row that a scenario proves has a fault, except the browser', () => {
  const proven = [...new Set(scenarios.flatMap(({ rows }) => rows))].sort((a, b) => a - b);
  expect(ROWS).toEqual(proven.filter((row) => row !== 26));
});

it('each knob stands for one fault', () => {
  const knobs = faults.flatMap(knobsOf);
  expect(new Set(knobs).size).toBe(knobs.length);
  expect(Object.keys(DROPS).sort()).toEqual(knobs.sort());
});
