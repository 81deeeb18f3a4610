// Budgets cached in Redis. A miss costs a query, a Redis failure a warning.
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Budget } from './budget.ts';

/** In seconds. */
const BUDGET_CACHE_SECONDS = 60;

const key = (tenantId: string) => `budget:${tenantId}`;

export interface BudgetCache {
  put(budget: Budget): Promise<void>;
  get(tenantId: string): Promise<Budget | undefined>;
}

export function createBudgetCache(redis: RedisConnection, logger: Logger): BudgetCache {
  const miss = (error: unknown) => {
    logger.warn({ err: error }, 'budget cache unavailable');
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
