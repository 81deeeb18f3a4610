// What a worker does beside its messages, again and again.
import { setTimeout as wait } from 'node:timers/promises';
import { atRoot } from '@trace-mesh/tracing/span';

/** Runs `work` every `intervalMs`, from the root, until disposed; disposing waits for the one that runs. `failed` hears why one did. */
export function repeat(
  intervalMs: number,
  work: () => Promise<void>,
  failed: (cause: unknown) => void,
): AsyncDisposable {
  const stop = new AbortController();
  async function loop(): Promise<void> {
    const rest = () => wait(intervalMs, true, { signal: stop.signal }).catch(() => false);
    while (await rest()) await work().catch(failed);
  }
  const running = atRoot(loop);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
