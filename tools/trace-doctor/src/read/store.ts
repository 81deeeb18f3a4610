// Traces from the API of a trace store.
import { type RequestOptions, requestStore } from '../store-request.ts';
import { InputError } from './input-error.ts';
import { readJaeger } from './jaeger-api.ts';
import type { Reading } from './reading.ts';
import type { StoreSearch } from './search.ts';
import { readTempo } from './tempo.ts';

type Reader = (url: string, search: StoreSearch, into: Reading) => Promise<void>;
const STORES = { jaeger: readJaeger, tempo: readTempo } satisfies Record<string, Reader>;
export type Store = keyof typeof STORES;
/** What `--format` accepts for the address of a trace store. */
export const STORE_NAMES = Object.keys(STORES) as readonly Store[];

/**
 * Adds the newest traces of a store.
 * @param store requested from the store without one
 * @throws InputError naming the store and the fix
 */
export async function readStore(
  given: string,
  search: StoreSearch,
  into: Reading,
  store?: Store,
): Promise<void> {
  const url = given.replace(/\/+$/, '');
  try {
    await STORES[store ?? (await storeAt(url, search.request))](url, search, into);
  } catch (error) {
    search.request.signal?.throwIfAborted();
    if (error instanceof InputError) throw error;
    throw new InputError(`${given}: ${(error as Error).message} (give the base address of Jaeger or Tempo)`, {
      cause: error,
    });
  }
}

/** Each store has a path that the other does not have. */
const PROBES: readonly [store: Store, path: string, answer: RegExp][] = [
  ['tempo', '/api/echo', /^echo\s*$/],
  ['jaeger', '/api/services', /^\s*\{[\s\S]*"data"/],
];

async function storeAt(url: string, request: RequestOptions): Promise<Store> {
  for (const [store, path, expected] of PROBES) {
    const response = await requestStore(url + path, request);
    if (expected.test(await response.text())) return store;
  }
  throw new InputError(`${url}: neither Jaeger's nor Tempo's API (give its base address, or --format)`);
}
