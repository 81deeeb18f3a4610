// The time of spans, with fractions of a millisecond. `Date.now()` has none. The monotonic clock has, but drifts from the date, and
// stands still while a computer sleeps.
import type { HrTime } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';

/** The date when the monotonic clock was 0, in ms since the epoch: as the system gave it, until it proves wrong. */
let origin = performance.timeOrigin;

/** The largest fraction that is still the same millisecond. */
const LAST = 0.999;

/** The last time given, in ms since the epoch. */
let last = 0;

/** Now in ms since the epoch, always within the millisecond of `Date.now()`. */
function preciseNow(): number {
  const monotonic = performance.now();
  const whole = Date.now();
  const time = origin + monotonic;
  if (isWithin(time, whole)) return notBeforeLast(time, whole);
  origin = (time < whole ? whole : whole + LAST) - monotonic;
  return notBeforeLast(origin + monotonic, whole);
}

/** Within a millisecond time does not go back when the monotonic clock has run ahead: a child does not start before its parent. */
function notBeforeLast(time: number, whole: number): number {
  last = isWithin(last, whole) ? Math.max(last, time) : time;
  return last;
}

const isWithin = (time: number, whole: number) => time >= whole && time < whole + 1;

/**
 * Now, for the start of a span that is made later, and for the end of a span whose start was given: the SDK ends it at a whole
 * millisecond, which may be before its start.
 */
export const hrNow = (): HrTime => millisToHrTime(preciseNow());

/** Of a whole millisecond that is this much later than a span's start, in ms: the span starts now. */
const AT_ONCE_MS = 1.1;

/**
 * Gives a span that starts now, which the SDK starts at a whole millisecond, the fraction. Its end follows: the SDK adds the time
 * that has passed. A start that the caller gave stays. Called by the first span processor.
 */
export function refineStart({ startTime }: { startTime: HrTime }): void {
  const [seconds, nanoseconds] = startTime;
  if (nanoseconds % 1e6 !== 0) return;
  const whole = seconds * 1e3 + nanoseconds / 1e6;
  const before = last;
  const time = origin + performance.now();
  const now = isWithin(time, whole) ? notBeforeLast(time, whole) : preciseNow();
  const isNow = now >= whole && now <= whole + AT_ONCE_MS;
  // Of a start that is given, or after a pause of the process, the fraction is not known.
  if (isNow) [startTime[0], startTime[1]] = millisToHrTime(now);
  else if (isWithin(before, whole)) [startTime[0], startTime[1]] = millisToHrTime(before);
}

/**
 * Called when a span ends. The SDK measures a span from its creation, so a start that was refined after a pause of the process would
 * put the end into the future, after that of its parent: the span ends now. A span that ended at its start gets a nanosecond,
 * because to Jaeger no length is a negative one.
 */
export function refineEnd(span: { startTime: HrTime; endTime: HrTime }): void {
  const now = origin + performance.now();
  const end = span.endTime[0] * 1e3 + span.endTime[1] / 1e6;
  if (end > now && end <= now + AT_ONCE_MS) span.endTime = millisToHrTime(now);
  const [seconds, nanoseconds] = span.startTime;
  if (span.endTime[0] > seconds || (span.endTime[0] === seconds && span.endTime[1] > nanoseconds)) return;
  // Not changed in place: the caller may have given one array for both.
  span.endTime = [seconds, nanoseconds + 1];
}
