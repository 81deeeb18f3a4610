import { expect, it } from 'vitest';
import { DROPS } from './faults.ts';
import { Knobs, MAX_SLOW_MS, NO_KNOBS, PLACES, SLOW_MS } from './knobs.ts';

it('absent knobs have their defaults', () => {
  expect(Knobs.parse({})).toEqual({ fail: [], slow: [], slowMs: SLOW_MS, drop: [] });
  expect(NO_KNOBS).toEqual(Knobs.parse({}));
});

it('every place and every fault of the tables is a knob', () => {
  const places = Object.keys(PLACES);
  const drop = Object.keys(DROPS);
  expect(Knobs.parse({ fail: places, slow: places, drop })).toMatchObject({
    fail: places,
    slow: places,
    drop,
  });
});

it.each([
  { fail: ['nowhere'] },
  { drop: ['agent:pigeon'] },
  { samplingRatio: 1.1 },
  { samplingRatio: -0.1 },
  { sqsMode: 'both' },
  { slowMs: MAX_SLOW_MS + 1 },
  { slowMs: -1 },
  { unknown: true },
])('the schema refuses %o', (knobs) => {
  expect(Knobs.safeParse(knobs).success).toBe(false);
});

it('a wait may be zero, or the longest', () => {
  expect(Knobs.parse({ slowMs: MAX_SLOW_MS }).slowMs).toBe(MAX_SLOW_MS);
  expect(Knobs.parse({ slowMs: 0 }).slowMs).toBe(0);
});
