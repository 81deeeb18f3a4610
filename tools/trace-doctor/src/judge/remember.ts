// Pure functions that run once.
import type { Seen } from './seen.ts';

/** What several rules use is found once for the same traces. */
export function once<T>(of: (seen: Seen) => T): (seen: Seen) => T {
  const known = new WeakMap<Seen, { value: T }>();
  return (seen) => {
    const found = known.get(seen) ?? { value: of(seen) };
    known.set(seen, found);
    return found.value;
  };
}

/** The same pure function, run once for each key: few distinct keys are on many spans. */
export function remember<T>(of: (key: string) => T): (key: string) => T {
  const known = new Map<string, { value: T }>();
  return (key) => {
    const before = known.get(key);
    if (before) return before.value;
    const value = of(key);
    known.set(key, { value });
    return value;
  };
}
