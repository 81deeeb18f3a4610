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
  let current: Promise<void> | undefined;
  let isStopped = false;
  const run = () => {
    current = work()
      .catch(failed)
      .finally(() => {
        if (!isStopped) schedule();
      });
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    timer = setTimeout(run, intervalMs);
  };
  withoutParent(schedule);
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
