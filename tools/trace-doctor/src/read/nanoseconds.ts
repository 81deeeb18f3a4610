// OTLP's times: 64-bit nanoseconds. A number has 53 bits, so they are split into microseconds and the rest.
import { z } from 'zod';

/** Digits (OTLP/JSON), protobufjs' Long (also in the JSON of early JavaScript exporters), or a number, which is rounded already. */
export const Nanoseconds = z
  .union([
    z.string().regex(/^\d{1,20}$/, 'expected nanoseconds since the epoch'),
    z.number(),
    z.object({ low: z.number(), high: z.number() }),
  ])
  .nullish();
export type Nanoseconds = z.infer<typeof Nanoseconds>;

const TWO_32 = 2 ** 32;

function split(time: Nanoseconds): { us: number; ns: number } {
  if (typeof time === 'string') return { us: Number(time.slice(0, -3)), ns: Number(time.slice(-3)) };
  if (typeof time === 'number') return { us: Math.floor(time / 1000), ns: time % 1000 };
  if (!time) return { us: 0, ns: 0 };
  // high · 2³² + low, divided by 1000 in two steps that stay below 2⁵³.
  const rest = (time.high >>> 0) * (TWO_32 % 1000) + (time.low >>> 0);
  const us = (time.high >>> 0) * Math.floor(TWO_32 / 1000) + Math.floor(rest / 1000);
  return { us, ns: rest % 1000 };
}

/** Microseconds since the epoch; a number holds a quarter of a microsecond there. */
export function microseconds(time: Nanoseconds): number {
  const { us, ns } = split(time);
  return us + ns / 1000;
}

/** Microseconds, exact to the nanosecond. 0 for a span that has not ended. */
export function durationUs(start: Nanoseconds, end: Nanoseconds): number {
  const from = split(start);
  const to = split(end);
  if (to.us === 0) return 0;
  return to.us - from.us + (to.ns - from.ns) / 1000;
}
