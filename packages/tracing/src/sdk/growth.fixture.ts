// Whether a parser's time grows with its input or with its square: a ratio within one run, so that no machine is too slow.

/** How much longer the long input is. */
const FACTOR = 64;
/** What a linear parser stays below, with room for a busy machine; a quadratic one takes `FACTOR` squared, 4096. */
export const MAX_GROWTH = 640;

const SHORT = 500;
/** Times below this, in ms, are all noise. */
const FLOOR_MS = 0.05;

/** How many times as long `parse` takes for `FACTOR` times as much of `shape`; the best of a few runs each. */
export function growthOf(parse: (text: string) => unknown, shape: (length: number) => string): number {
  return best(parse, shape(SHORT * FACTOR)) / best(parse, shape(SHORT));
}

function best(parse: (text: string) => unknown, text: string): number {
  const runs = Array.from({ length: 5 }, () => {
    const started = performance.now();
    parse(text);
    return performance.now() - started;
  });
  return Math.max(FLOOR_MS, Math.min(...runs));
}
