import { afterEach, expect, it, vi } from 'vitest';
import { createLimiter, createReserve, createWishes, registerSharedWishes } from './wishes.ts';

afterEach(() => registerSharedWishes(undefined));

it('the limit of one process refills with time, up to its burst', () => {
  let now = 0;
  const take = createLimiter(2, () => now);
  expect([take(), take(), take()]).toEqual([true, true, false]);
  now = 500;
  expect([take(), take()]).toEqual([true, false]);
  now = 60_000;
  expect([take(), take(), take()]).toEqual([true, true, false]);
});

/** A limit that instances share: `left` of this second. */
function limit(perSecond: number) {
  const second = { left: perSecond, takes: 0 };
  const take = async (wishes: number) => {
    second.takes += 1;
    const granted = Math.min(wishes, second.left);
    second.left -= granted;
    return granted;
  };
  return { second, take };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('two instances grant the shared limit together, beside the reserve with which each starts', async () => {
  const { second, take } = limit(20);
  const instances = [createReserve(20, take), createReserve(20, take)];
  let granted = 0;
  for (let wish = 0; wish < 100; wish += 1) {
    if (instances[wish % 2]?.()) granted += 1;
    await settled();
  }
  expect(second.left).toBe(0);
  expect(granted).toBe(20 + 2 * 4);
});

it('an instance takes wishes for its reserve only, and pauses after a refusal', async () => {
  let now = 0;
  const { second, take } = limit(0);
  const wish = createReserve(10, take, () => now);
  expect([wish(), wish(), wish()]).toEqual([true, true, false]);
  await settled();
  expect(second.takes).toBe(1);
  wish();
  await settled();
  expect(second.takes).toBe(1);
  second.left = 10;
  now = 1_000;
  expect(wish()).toBe(false);
  await settled();
  expect([wish(), wish(), wish()]).toEqual([true, true, false]);
  await settled();
  expect(second.left).toBe(7);
});

it.each([0, 0.5])('a limit of %d a second grants nothing and takes nothing', (perSecond) => {
  const take = vi.fn();
  const wish = createReserve(perSecond, take);
  expect([wish(), wish()]).toEqual([false, false]);
  expect(take).not.toHaveBeenCalled();
});

it('a sampler has a limit of its own until a shared one is registered', () => {
  const wish = createWishes(1);
  expect([wish(), wish()]).toEqual([true, false]);
  registerSharedWishes(() => async () => 1);
  expect([wish(), wish()]).toEqual([true, false]);
});
