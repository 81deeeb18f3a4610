// The context in which work enters the process. It does what the API's own class does, in a third of the time: that one copies a
// Map and makes three closures for each value, and an entry sets about six. decisions/038
import type { Context } from '@opentelemetry/api';

/** Keys and values in turn. Few, so that a search costs less than a Map. */
class ArrayContext implements Context {
  readonly #entries: readonly unknown[];

  constructor(entries: readonly unknown[]) {
    this.#entries = entries;
  }

  getValue(key: symbol): unknown {
    const at = this.#find(key);
    return at === -1 ? undefined : this.#entries[at + 1];
  }

  setValue(key: symbol, value: unknown): Context {
    const at = this.#find(key);
    const entries = this.#entries.slice();
    if (at === -1) entries.push(key, value);
    else entries[at + 1] = value;
    return new ArrayContext(entries);
  }

  deleteValue(key: symbol): Context {
    const at = this.#find(key);
    return at === -1 ? this : new ArrayContext(this.#entries.toSpliced(at, 2));
  }

  #find(key: symbol): number {
    const entries = this.#entries;
    for (let at = 0; at < entries.length; at += 2) if (entries[at] === key) return at;
    return -1;
  }
}

/** A context without values, for `propagation.extract`. Otherwise as `ROOT_CONTEXT`. */
export const ENTRY_CONTEXT: Context = new ArrayContext([]);
