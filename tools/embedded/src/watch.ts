// Restarts services when their source changes. `node --watch` leaves its child running when it is killed, and does not start
// a service again that died; here the port stays, and the service starts after the next change.
import { relative } from 'node:path';
import { watch } from 'chokidar';
import { inCheckout } from './checkout.ts';
import type { MeshProcess } from './mesh-process.ts';

/** An editor saves in several steps. */
const DEBOUNCE_MS = 150;
const DRAIN_MS = 2_000;

type Listeners = { onProgress: (line: string) => void; onWarning: (line: string) => void };

/** Restarts a process after a change below its `watch` folders; returns a function that stops watching. */
export function watchSources(processes: MeshProcess[], listeners: Listeners): () => Promise<void> {
  const watched = processes.filter((process) => process.spec.watch.length > 0);
  const folders = [...new Set(watched.flatMap((process) => process.spec.watch))].map(inCheckout);
  const watcher = watch(folders, { ignoreInitial: true, ignored: (path) => path.includes('node_modules') });
  const pending = new Set<MeshProcess>();
  let timer: NodeJS.Timeout | undefined;
  let restarting: Promise<unknown> = Promise.resolve();
  const stopping = new AbortController();

  async function restart(process: MeshProcess): Promise<void> {
    try {
      await process.restart({ drainMs: DRAIN_MS, signal: stopping.signal });
      listeners.onProgress(`${process.name} restarted`);
    } catch (error) {
      if (stopping.signal.aborted) return;
      listeners.onWarning(`${error instanceof Error ? error.message : String(error)}\nwaiting for a change`);
    }
  }

  function restartPending(): void {
    const due = [...pending];
    pending.clear();
    // Rounds run in sequence, so that two restarts of one process never overlap.
    restarting = restarting.then(() => Promise.all(due.map(restart)));
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
    stopping.abort();
    await watcher.close();
    await restarting;
  };
}
