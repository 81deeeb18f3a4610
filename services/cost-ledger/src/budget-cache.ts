// Budgets cached in Redis. A miss costs a query, a Redis failure a warning.
import type { RedisConnection } from '@trace-mesh/runtime/redis';
import type { Logger } from '@trace-mesh/tracing/logger';
import type { Budget } from './budget.ts';

/** In seconds. */
const BUDGET_CACHE_SECONDS = 60;
/** Of how many tenants this process knows the last change. */
const MAX_KNOWN_TENANTS = 10_000;

const key = (tenantId: string) => `budget:${tenantId}`;

export interface BudgetCache {
  /** Keeps the budget, unless this process has put a later one: answers to concurrent changes may arrive in any order. decisions/050 */
  put(budget: Budget): Promise<void>;
  get(tenantId: string): Promise<Budget | undefined>;
}

export function createBudgetCache(redis: RedisConnection, logger: Logger): BudgetCache {
  const miss = (error: unknown) => {
    logger.warn({ err: error }, 'budget cache unavailable');
  };
  const changedAt = new Map<string, number>();
  function isOutdated(budget: Budget): boolean {
    const last = changedAt.get(budget.tenantId);
    if (last !== undefined && (budget.changedAt === undefined || budget.changedAt < last)) return true;
    if (budget.changedAt === undefined) return false;
    changedAt.delete(budget.tenantId);
    changedAt.set(budget.tenantId, budget.changedAt);
    const [oldest] = changedAt.keys();
    if (changedAt.size > MAX_KNOWN_TENANTS && oldest !== undefined) changedAt.delete(oldest);
    return false;
  }
  return {
    async put(budget) {
      if (isOutdated(budget)) return;
      await redis.set(key(budget.tenantId), JSON.stringify(budget), 'EX', BUDGET_CACHE_SECONDS).catch(miss);
    },
    async get(tenantId) {
      const cached = await redis.get(key(tenantId)).catch(miss);
      return cached ? (JSON.parse(cached) as Budget) : undefined;
    },
  };
}
