import type { HrTime } from '@opentelemetry/api';
import { addHrTimes, hrTimeDuration, hrTimeToMilliseconds } from '@opentelemetry/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startTestTracing } from '../testing.ts';
import { tracer, withSpan } from './span.ts';
import { hrNow, refineStart } from './time.ts';

const HOUR_MS = 3_600_000;
/** The SDK measures a span from its creation, up to 1.1 ms before the refined start, and the clock may be set by 1 ms. */
const TOLERANCE: HrTime = [0, 2_200_000];
/** How long different fractions may take, in ms: those of a clock that had run ahead are the same for a millisecond. */
const DEADLINE_MS = 1_000;
const isLater = (a: HrTime, b: HrTime) => hrTimeDuration(b, a)[0] >= 0;

afterEach(() => void vi.restoreAllMocks());

/** Both clocks stand still at a date and a monotonic time, both in ms. */
function clocksAt(date: number, monotonic: number) {
  vi.spyOn(Date, 'now').mockReturnValue(Math.floor(date));
  vi.spyOn(performance, 'now').mockReturnValue(monotonic);
}

describe('the time now', () => {
  it('has a fraction of a millisecond, and is in the millisecond of Date.now()', () => {
    const fractions = new Set<number>();
    const deadline = Date.now() + DEADLINE_MS;
    while (fractions.size <= 5 && Date.now() < deadline) {
      const [before, [seconds, nanoseconds], after] = [Date.now(), hrNow(), Date.now()];
      const whole = Math.floor(seconds * 1e3 + nanoseconds / 1e6);
      expect(whole).toBeGreaterThanOrEqual(before);
      expect(whole).toBeLessThanOrEqual(after);
      fractions.add(nanoseconds % 1e6);
    }
    expect(fractions.size).toBeGreaterThan(5);
  });

  it('follows the date when it is set forwards or backwards, and after a sleep in which the monotonic clock stood still', () => {
    const date = Date.now();
    const monotonic = performance.now();
    for (const [d, m] of [
      [date + HOUR_MS, monotonic],
      [date - HOUR_MS, monotonic + 1],
      [date + 2 * HOUR_MS, monotonic + 1],
    ] as const) {
      clocksAt(d, m);
      expect(Math.floor(hrTimeToMilliseconds(hrNow()))).toBe(Math.floor(d));
    }
  });

  it('keeps a drift of the monotonic clock below one millisecond', () => {
    const date = Date.now() + HOUR_MS;
    for (let ms = 0; ms < 10_000; ms += 7.3) {
      // It runs 500 ppm fast, the most that NTP corrects.
      clocksAt(date + ms, ms * 1.0005);
      expect(Math.abs(hrTimeToMilliseconds(hrNow()) - (date + ms))).toBeLessThan(1);
    }
  });
});

describe('a span', () => {
  it('starts at a fraction of a millisecond, not before its parent, and ends with its children, within 2.2 ms', async () => {
    await using tracing = startTestTracing();
    const fractions = () => new Set(tracing.spans('parent').map(({ startTime }) => startTime[1] % 1e6));
    const deadline = Date.now() + DEADLINE_MS;
    while (fractions().size <= 5 && Date.now() < deadline) {
      await withSpan('parent', {}, () => withSpan('child', {}, () => undefined));
    }
    const [parents, children] = [tracing.spans('parent'), tracing.spans('child')];
    expect(fractions().size).toBeGreaterThan(5);
    parents.forEach((parent, n) => {
      const child = children[n];
      if (!child) throw new Error('no child');
      expect(isLater(child.startTime, parent.startTime)).toBe(true);
      expect(isLater(addHrTimes(parent.endTime, TOLERANCE), child.endTime)).toBe(true);
      expect(hrTimeToMilliseconds(hrTimeDuration(child.startTime, child.endTime))).toBeGreaterThan(0);
    });
  });

  it('ends not after its parent when the process paused as it started', async () => {
    await using tracing = startTestTracing();
    // A time at which the fraction begins with 0, so that all of this is within one millisecond.
    const [date, start] = [Date.now() + HOUR_MS, performance.now()];
    clocksAt(date, start);
    hrNow();
    let passed = 0;
    let pausesNext = false;
    vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(date + passed));
    vi.spyOn(performance, 'now').mockImplementation(() => {
      const now = start + passed;
      passed += pausesNext ? 0.9 : 0.001;
      pausesNext = false;
      return now;
    });
    await withSpan('parent', {}, () => {
      // The SDK reads the clock as it creates the span; the processor that refines its start reads it after the pause.
      pausesNext = true;
      return withSpan('child', {}, () => undefined);
    });
    const [[parent], [child]] = [tracing.spans('parent'), tracing.spans('child')];
    expect(parent && child && isLater(child.startTime, parent.startTime)).toBe(true);
    expect(parent && child && isLater(parent.endTime, child.endTime)).toBe(true);
  });

  it('with a given start keeps it, and ends later, also within the same millisecond', async () => {
    await using tracing = startTestTracing();
    const startTime = hrNow();
    await withSpan('given', { startTime }, () => undefined);
    const [given] = tracing.spans('given');
    expect(given?.startTime).toEqual(startTime);
    expect(given && hrTimeToMilliseconds(hrTimeDuration(given.startTime, given.endTime))).toBeGreaterThan(0);
  });

  it.each([
    ['a whole millisecond of an hour ago', () => Date.now() - HOUR_MS],
    ['a whole millisecond in the future', () => Date.now() + HOUR_MS],
  ])('keeps a given start: %s', async (_what, start) => {
    await using tracing = startTestTracing();
    const startTime = start();
    tracer()
      .startSpan('given', { startTime })
      .end(startTime + 1);
    expect(hrTimeToMilliseconds(tracing.spans('given')[0]?.startTime ?? [0, 0])).toBe(startTime);
  });

  it('that ends at its start gets the shortest length, because Jaeger calls none a negative one', async () => {
    await using tracing = startTestTracing();
    const time = hrNow();
    tracer().startSpan('moment', { startTime: time }).end(time);
    const [moment] = tracing.spans('moment');
    expect(moment?.startTime).toEqual(time);
    expect(moment && hrTimeDuration(moment.startTime, moment.endTime)).toEqual([0, 1]);
  });
});

it('a start with a fraction is not refined', () => {
  const startTime: HrTime = [1_700_000_000, 1];
  refineStart({ startTime });
  expect(startTime).toEqual([1_700_000_000, 1]);
});
