// What a service does beside its requests, again and again.
import { setTimeout as wait } from 'node:timers/promises';
import { withoutParent } from '@trace-mesh/tracing/span';

/** Waits `ms`, and answers true; false, at once, where `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  wait(ms, true, { signal }).catch(() => false);

/**
 * Runs `work` every `intervalMs` (ms between two runs), from the root context, until disposed; disposing waits for the one
 * that runs. `failed` hears why one rejected, and the next follows all the same.
 */
export function repeat(
  intervalMs: number,
  work: () => Promise<void>,
  failed: (cause: unknown) => void,
): AsyncDisposable {
  const stop = new AbortController();
  async function loop(): Promise<void> {
    while (await pause(intervalMs, stop.signal)) await work().catch(failed);
  }
  const running = withoutParent(loop);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
