// Whether time grows with the work or with its square: a ratio within one run, so that no machine is too slow.

/** How many small parts have the work of the whole. */
export const FACTOR = 24;
/** What linear code stays below, with room for a busy machine: its ratio is about 1, that of quadratic code `FACTOR`. */
export const MAX_GROWTH = 8;
/** Times below this, in ms, are noise. */
const FLOOR_MS = 2;

/** A busy machine disturbs some rounds, and quadratic code is slow in all of them. */
const MAX_ROUNDS = 12;

/** How many times as long `whole` takes as `FACTOR` runs of `part`, by the best of as many rounds as it needs to be linear. */
export function growthOf(whole: () => unknown, part: () => unknown): number {
  let [inWhole, inParts] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const growth = () => Math.max(FLOOR_MS, inWhole) / Math.max(FLOOR_MS, inParts);
  for (let round = 0; round < 2 || (round < MAX_ROUNDS && growth() >= MAX_GROWTH); round += 1) {
    inWhole = Math.min(inWhole, timeOf(whole, 1));
    inParts = Math.min(inParts, timeOf(part, FACTOR));
  }
  return growth();
}

/** In ms. */
function timeOf(run: () => unknown, times: number): number {
  const started = performance.now();
  for (let n = 0; n < times; n += 1) run();
  return performance.now() - started;
}
