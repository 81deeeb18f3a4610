// Finds what is counted under a set of attributes by their values, without sorting or serializing them. decisions/048
import type { Attributes } from '@opentelemetry/api';

/** The SDK's limit of attribute sets of a metric; what exceeds it is counted in one set. */
export const MAX_SETS = 2000;
const OVERFLOW = { 'otel.metric.overflow': true };

/** The value of an attribute of a metric; undefined where the attribute is absent. */
export type Value = string | number | boolean | undefined;

/** By the values of the attributes, one level of maps for each. */
interface Level<T> extends Map<Value, Level<T> | T> {}

/** Returns the function that finds by the values of `names`, in their order; `make` is called once for each set. */
export function finder<T>(
  names: readonly string[],
  make: (attributes: Attributes) => T,
): (values: readonly Value[]) => T {
  const root: Level<T> = new Map();
  let count = 0;
  let overflow: T | undefined;

  function add(values: readonly Value[]): T {
    if (count === MAX_SETS - 1) {
      overflow ??= make(OVERFLOW);
      return overflow;
    }
    count += 1;
    const pairs = names.map((name, at) => [name, values[at]] as const);
    const made = make(Object.fromEntries(pairs.filter(([, value]) => value !== undefined)));
    let level = root;
    for (const value of values.slice(0, -1)) {
      const next = (level.get(value) as Level<T> | undefined) ?? new Map();
      level.set(value, next);
      level = next;
    }
    level.set(values.at(-1), made);
    return made;
  }

  return (values) => {
    let found: Level<T> | T | undefined = root;
    for (let at = 0; at < values.length && found; at += 1) found = (found as Level<T>).get(values[at]);
    return (found as T | undefined) ?? add(values);
  };
}
