// Whether time grows with the work or with its square: a ratio within one run, so that no machine is too slow.

/** How many small parts have the work of the whole. */
export const FACTOR = 24;
/** What linear code stays below, with room for a busy machine: its ratio is about 1, that of quadratic code `FACTOR`. */
export const MAX_GROWTH = 8;
/** Times below this, in ms, are noise. */
const FLOOR_MS = 2;

/** How many times as long `whole` takes as `FACTOR` runs of `part`. */
export function growthOf(whole: () => unknown, part: () => unknown): number {
  const inParts = best(() => {
    for (let n = 0; n < FACTOR; n += 1) part();
  });
  return best(whole) / inParts;
}

/** The best of a few runs, in ms. */
function best(run: () => unknown): number {
  const times = Array.from({ length: 2 }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return Math.max(FLOOR_MS, Math.min(...times));
}
