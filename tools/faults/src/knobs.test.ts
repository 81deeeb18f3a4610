import { expect, it } from 'vitest';
import { DROPS, Knobs, MAX_SLOW_MS, NO_KNOBS, PLACES, SLOW_MS } from './knobs.ts';
import { SERVICES } from './lines.ts';
import { Transport } from './wire.ts';

it('what is left out is at rest', () => {
  expect(Knobs.parse({})).toEqual({ fail: [], slow: [], slowMs: SLOW_MS, drop: [] });
  expect(NO_KNOBS).toEqual(Knobs.parse({}));
});

it('every place and every drop of the tables is a knob', () => {
  const places = Object.keys(PLACES);
  const drop = Object.keys(DROPS);
  expect(Knobs.parse({ fail: places, slow: places, drop })).toMatchObject({
    fail: places,
    slow: places,
    drop,
  });
});

it('a drop names a process of the mesh, and a transport', () => {
  for (const drop of Object.keys(DROPS)) {
    const [service, transport] = drop.split(':');
    expect(SERVICES).toContain(service);
    expect(Transport.options).toContain(transport);
  }
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
])('refuses %o', (knobs) => {
  expect(Knobs.safeParse(knobs).success).toBe(false);
});

it('takes the longest wait, and none', () => {
  expect(Knobs.parse({ slowMs: MAX_SLOW_MS }).slowMs).toBe(MAX_SLOW_MS);
  expect(Knobs.parse({ slowMs: 0 }).slowMs).toBe(0);
});
