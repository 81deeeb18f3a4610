// Budgets in Redis: a cache, never the truth. Losing it costs a query; a Redis that fails costs a warning.

import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Budget } from './budget.ts';

/** How long a cached budget is served, in seconds. */
const BUDGET_CACHE_SECONDS = 60;

const key = (tenantId: string) => `budget:${tenantId}`;

export interface BudgetCache {
  put(budget: Budget): Promise<void>;
  get(tenantId: string): Promise<Budget | undefined>;
}

export function createBudgetCache(redis: RedisConnection, logger: Logger): BudgetCache {
  const miss = (error: unknown) => {
    logger.warn({ err: error }, 'the budget cache is out of reach');
  };
  return {
    async put(budget) {
      await redis.set(key(budget.tenantId), JSON.stringify(budget), 'EX', BUDGET_CACHE_SECONDS).catch(miss);
    },
    async get(tenantId) {
      const cached = await redis.get(key(tenantId)).catch(miss);
      return cached ? (JSON.parse(cached) as Budget) : undefined;
    },
  };
}
