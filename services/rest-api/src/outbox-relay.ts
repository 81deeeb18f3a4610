// The loop that empties the outbox. It lives as long as the service, so it starts from the root.

import { pause } from '@trace-mesh/runtime/repeat';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';

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
      if (sent === 0) await pause(RELAY_INTERVAL_MS, AbortSignal.any([rest.signal, stop.signal]));
    }
  }

  const running = withoutParent(loop);
  return {
    wake: () => rest.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
