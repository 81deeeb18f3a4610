// Whether a parser's time grows with its input or with its square: a ratio within one run, so that no machine is too slow.

/** How many short inputs make one long input. */
const FACTOR = 64;
/** What a linear parser stays below, with room for a busy machine: its ratio is about 1, that of a quadratic one `FACTOR`. */
export const MAX_GROWTH = 20;

const SHORT = 500;
/** Times below this, in ms, are noise. */
const FLOOR_MS = 1;

/** How many times as long `parse` takes for one long input of `shape` as for the same amount in short inputs. */
export function growthOf(parse: (text: string) => unknown, shape: (length: number) => string): number {
  const short = shape(SHORT);
  const long = shape(SHORT * FACTOR);
  const inShort = best(() => {
    for (let n = 0; n < FACTOR; n += 1) parse(short);
  });
  return best(() => parse(long)) / inShort;
}

/** The best of a few runs, in ms. */
function best(run: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return Math.max(FLOOR_MS, Math.min(...times));
}
