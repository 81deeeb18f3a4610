// Watches one file.
import { on } from 'node:events';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/**
 * Yields now and after each save that changes the text. A save during the caller's work is yielded after it. Ends when the
 * signal aborts.
 */
export async function* saves(file: string, signal: AbortSignal): AsyncGenerator<void> {
  // An editor may replace the file, so its folder is watched. Events wait in the queue of `on`.
  using watcher = closing(watch(dirname(file)));
  const events = on(watcher, 'change', { signal });
  let text = await readFile(file, 'utf8');
  yield;
  try {
    for await (const [, name] of events) {
      if (name !== basename(file)) continue;
      const now = await readFile(file, 'utf8').catch(ignoreMissing);
      // Empty while an editor writes.
      if (!now || now === text) continue;
      text = now;
      yield;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

const closing = <T extends { close(): void }>(watcher: T): T & Disposable =>
  Object.assign(watcher, { [Symbol.dispose]: () => watcher.close() });

/** Between the two halves of a replacement. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
