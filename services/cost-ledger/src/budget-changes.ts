// Budget changes, published over Redis to all instances of the ledger, so that watchers see changes made by any of them.
import { addAbortListener, EventEmitter } from 'node:events';
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { subscribe } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import { publish } from '@trace-mesh/tracing/redis';
import { z } from 'zod';
import type { Budget } from './budget.ts';
import type { BudgetCache } from './budget-cache.ts';

/** A watcher re-reads the budget after this long without a change, in ms, because publications can be lost. */
export const WATCH_REFRESH_MS = 15_000;

const CHANNEL = 'budget-changes';
const BudgetChange = z.object({ tenantId: z.string() });

export interface BudgetChanges {
  /** Publishes a change of the tenant's budget. Never rejects: after a failure, watchers see the change at their next refresh. */
  announce(tenantId: string): Promise<void>;
  /** Yields immediately and after each change; changes while the consumer is busy yield once. Throws the signal's reason. */
  watch(tenantId: string, signal: AbortSignal): AsyncIterable<void>;
}

export interface BudgetChangesOptions {
  redis: RedisConnection;
  /** A subscribed connection takes no other commands, so this is a second one. */
  subscriber: RedisConnection;
  logger: Logger;
  refreshMs?: number;
}

export async function joinBudgetChanges(options: BudgetChangesOptions): Promise<BudgetChanges> {
  const { redis, subscriber, logger, refreshMs = WATCH_REFRESH_MS } = options;
  const local = new EventEmitter().setMaxListeners(0);
  await subscribe(subscriber, {
    channel: CHANNEL,
    schema: BudgetChange,
    handle: ({ tenantId }) => void local.emit(tenantId),
    isWanted: () => local.eventNames().length > 0,
    logger,
  });

  return {
    async announce(tenantId) {
      await publish(redis, CHANNEL, { tenantId }).catch((error: unknown) => {
        logger.warn({ err: error }, 'publishing a budget change failed');
      });
    },
    async *watch(tenantId, signal) {
      let changed = Promise.withResolvers<void>();
      const wake = () => changed.resolve();
      // Only ends the wait; `throwIfAborted` throws the reason.
      using _ = addAbortListener(signal, wake);
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
      }
    },
  };
}

/** Updates the cache and publishes the change. Never rejects. */
export async function publishBudget(
  { cache, changes }: { cache: BudgetCache; changes: BudgetChanges },
  budget: Budget,
): Promise<void> {
  await Promise.all([cache.put(budget), changes.announce(budget.tenantId)]);
}
