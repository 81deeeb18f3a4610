import { getEventListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { startDeadline } from './deadline.ts';

it('a deadline counts down to 1 ms, and then aborts with a TimeoutError', async () => {
  const { signal, timeoutMs } = startDeadline(20);
  expect(timeoutMs()).toBeLessThanOrEqual(20);
  await expect(wait(5_000, undefined, { signal })).rejects.toThrow();
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  await vi.waitFor(() => expect(timeoutMs()).toBe(1));
});

it('a deadline ends earlier when its source aborts, for the same reason', () => {
  const stop = new AbortController();
  const { signal } = startDeadline(60_000, stop.signal);
  stop.abort(new Error('stopped'));
  expect(signal.reason).toMatchObject({ message: 'stopped' });
});

it('deadlines leave no listener on the signal that they are derived from', () => {
  const { signal } = new AbortController();
  const deadlines = Array.from({ length: 20 }, () => startDeadline(60_000, signal));
  expect(deadlines).toHaveLength(20);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
