// Periodic work of a service.
import { setTimeout as wait } from 'node:timers/promises';
import { withoutParent } from '@trace-mesh/tracing/span';

/** Resolves to true after `ms`, or to false as soon as `signal` aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<boolean> =>
  wait(ms, true, { signal }).catch(() => false);

/**
 * Runs `work` in the root context every `intervalMs` (from the end of a run to the next) until disposed; disposing waits for the
 * current run. `failed` receives the rejection of a run; the next run follows nevertheless.
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
