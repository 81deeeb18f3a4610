// Restart-on-change of our own: `node --watch` leaves its child behind when killed, and a service that died under it
// never comes back. Here the port stays, and the service waits for the next change.
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { inCheckout } from './checkout.ts';
import type { MeshProcess } from './mesh-process.ts';

/** Changes that come within this time, in milliseconds, are one: an editor saves in several steps. */
const DEBOUNCE_MS = 150;
/** Who edits does not want to wait for a long drain, in milliseconds. */
const DRAIN_MS = 2_000;

type Listeners = { onProgress: (line: string) => void; onWarning: (line: string) => void };

/** Restarts a process when a file under its `watch` folders changes; returns a function that ends the watching. */
export function watchSources(processes: MeshProcess[], listeners: Listeners): () => Promise<void> {
  const watched = processes.filter((process) => process.spec.watch.length > 0);
  const folders = [...new Set(watched.flatMap((process) => process.spec.watch))].map(inCheckout);
  const watcher = watch(folders, { ignoreInitial: true, ignored: (path) => path.includes('node_modules') });
  const pending = new Set<MeshProcess>();
  let timer: NodeJS.Timeout | undefined;
  let restarting = Promise.resolve();
  const ending = new AbortController();

  async function restart(process: MeshProcess): Promise<void> {
    try {
      await process.restart({ drainMs: DRAIN_MS, signal: ending.signal });
      listeners.onProgress(`${process.name} restarted`);
    } catch (error) {
      if (ending.signal.aborted) return;
      listeners.onWarning(`${error instanceof Error ? error.message : String(error)}\nwaiting for a change`);
    }
  }

  function restartPending(): void {
    const due = [...pending];
    pending.clear();
    // One round after the other, so that a process is never restarted twice at once.
    restarting = restarting.then(async () => {
      await Promise.all(due.map(restart));
    });
  }

  watcher.on('all', (_event, path) => {
    const changed = relative(inCheckout('.'), path);
    if (changed.endsWith('.test.ts')) return;
    for (const process of watched) {
      if (process.spec.watch.some((folder) => changed.startsWith(`${folder}/`))) pending.add(process);
    }
    clearTimeout(timer);
    timer = setTimeout(restartPending, DEBOUNCE_MS);
  });

  return async () => {
    clearTimeout(timer);
    ending.abort();
    await watcher.close();
    await restarting;
  };
}
