// The loop that empties the outbox. It lives as long as the service, so it starts from the root.
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@trace-mesh/tracing/logger';
import { atRoot } from '@trace-mesh/tracing/span';

/** How long the relay rests when it has found nothing, or has failed, in ms. A new row wakes it earlier. */
const RELAY_INTERVAL_MS = 1_000;

export interface OutboxRelay extends AsyncDisposable {
  /** There is something to send: do not wait for the interval. */
  wake(): void;
}

/** Calls `relay` (which answers how many rows it sent) again and again, until disposed. */
export function startOutboxRelay(relay: () => Promise<number>, logger: Logger): OutboxRelay {
  const stop = new AbortController();
  let rest = new AbortController();

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      rest = new AbortController();
      const sent = await relay().catch((error: unknown) => {
        logger.error({ err: error }, 'the outbox could not be relayed');
        return 0;
      });
      const awakened = AbortSignal.any([rest.signal, stop.signal]);
      if (sent === 0) await wait(RELAY_INTERVAL_MS, undefined, { signal: awakened }).catch(() => undefined);
    }
  }

  const running = atRoot(loop);
  return {
    wake: () => rest.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
