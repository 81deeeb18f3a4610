// Who watches a budget hears of changes made through any ledger: each is announced over Redis, to every ledger there is.
import { EventEmitter } from 'node:events';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import { publish, subscribe } from '@trace-mesh/tracing/redis';
import { z } from 'zod';

/** A watcher looks again after this long, in ms, even if it heard nothing: an announcement can be lost. */
export const WATCH_REFRESH_MS = 15_000;

const CHANNEL = 'budget-changes';
const BudgetChange = z.object({ tenantId: z.string() });

export interface BudgetChanges {
  /** Tells every ledger that this tenant's budget has changed. Never rejects: watchers will see it a little later. */
  announce(tenantId: string): Promise<void>;
  /** Yields at once, and again after changes, however many came meanwhile. Ends by throwing the signal's reason. */
  watch(tenantId: string, signal: AbortSignal): AsyncIterable<void>;
}

export interface BudgetChangesOptions {
  redis: RedisConnection;
  /** A second connection: one that is subscribed can do nothing else. */
  subscriber: RedisConnection;
  logger: Logger;
  refreshMs?: number;
}

/** Joins the announcements; resolves once subscribed. */
export async function joinBudgetChanges(options: BudgetChangesOptions): Promise<BudgetChanges> {
  const { redis, subscriber, logger, refreshMs = WATCH_REFRESH_MS } = options;
  const local = new EventEmitter().setMaxListeners(0);
  await subscribe(subscriber, {
    channel: CHANNEL,
    schema: BudgetChange,
    handle: ({ tenantId }) => void local.emit(tenantId),
    logger,
  });

  return {
    async announce(tenantId) {
      await publish(redis, CHANNEL, { tenantId }).catch((error: unknown) => {
        logger.warn({ err: error }, 'a budget change could not be announced');
      });
    },
    async *watch(tenantId, signal) {
      let changed = Promise.withResolvers<void>();
      const wake = () => changed.resolve();
      // The reason is thrown below: here it only has to end the wait.
      signal.addEventListener('abort', wake, { once: true });
      local.on(tenantId, wake);
      const refresh = setInterval(wake, refreshMs);
      try {
        while (true) {
          signal.throwIfAborted();
          changed = Promise.withResolvers();
          yield;
          await changed.promise;
        }
      } finally {
        clearInterval(refresh);
        local.off(tenantId, wake);
        signal.removeEventListener('abort', wake);
      }
    },
  };
}
