// The loop that sends the outbox.
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import { RELAY_BATCH } from './outbox.ts';

/** The longest pause after a run that left nothing to send, or failed, in ms; `wake` ends it. */
const RELAY_INTERVAL_MS = 1_000;
/** How long the relay waits after that pause, in ms: rows of other requests then share its statements and its request to the queue. */
const RELAY_LINGER_MS = 10;

export interface OutboxRelay extends AsyncDisposable {
  /** Ends the current pause, or the one after the current run. */
  wake(): void;
}

/** Calls `relay`, which returns how many rows it sent, in a loop until disposed. */
export function startOutboxRelay(relay: () => Promise<number>, logger: Logger): OutboxRelay {
  let isStopped = false;
  let woken = Promise.withResolvers<void>();

  async function loop(): Promise<void> {
    while (!isStopped) {
      woken = Promise.withResolvers();
      const sent = await relay().catch((error: unknown) => {
        logger.error({ err: error }, 'relaying the outbox failed');
        return 0;
      });
      if (sent >= RELAY_BATCH) continue;
      const interval = setTimeout(woken.resolve, RELAY_INTERVAL_MS);
      await woken.promise;
      clearTimeout(interval);
      if (!isStopped) await wait(RELAY_LINGER_MS);
    }
  }

  // The loop outlives the request that starts it.
  const running = withoutParent(loop);
  return {
    wake: () => woken.resolve(),
    async [Symbol.asyncDispose]() {
      isStopped = true;
      woken.resolve();
      await running;
    },
  };
}
