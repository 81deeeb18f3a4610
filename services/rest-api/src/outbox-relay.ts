// The loop that sends the outbox.
import { pause } from '@trace-mesh/runtime/repeat';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import { RELAY_BATCH } from './outbox.ts';

/** The pause after a run that left nothing to send, or failed, in ms; `wake` ends it. */
const RELAY_INTERVAL_MS = 1_000;

export interface OutboxRelay extends AsyncDisposable {
  /** Ends the current pause, or the one after the current run. */
  wake(): void;
}

/** Calls `relay`, which returns how many rows it sent, in a loop until disposed. */
export function startOutboxRelay(relay: () => Promise<number>, logger: Logger): OutboxRelay {
  const stop = new AbortController();
  let sleep = new AbortController();

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      sleep = new AbortController();
      const sent = await relay().catch((error: unknown) => {
        logger.error({ err: error }, 'relaying the outbox failed');
        return 0;
      });
      if (sent < RELAY_BATCH) await pause(RELAY_INTERVAL_MS, AbortSignal.any([sleep.signal, stop.signal]));
    }
  }

  // The loop outlives the request that starts it.
  const running = withoutParent(loop);
  return {
    wake: () => sleep.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
