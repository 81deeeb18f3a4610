import type { RedisConnection } from '@trace-mesh/runtime/redis';
import { createLogger } from '@trace-mesh/tracing/logger';
import { expect, it } from 'vitest';
import { createBudgetCache } from './budget-cache.ts';

function newCache() {
  const stored = new Map<string, string>();
  const redis = {
    set: async (key: string, value: string) => void stored.set(key, value),
    get: async (key: string) => stored.get(key) ?? null,
  } as unknown as RedisConnection;
  return createBudgetCache(redis, createLogger({ write: () => undefined }));
}
const budget = (remainingMicroUsd: number, changedAt?: number) => ({
  tenantId: 'acme',
  spentMicroUsd: 0,
  remainingMicroUsd,
  ...(changedAt !== undefined && { changedAt }),
});

it('a budget is not replaced by one of an earlier change, or by one that was read meanwhile', async () => {
  const cache = newCache();
  await cache.put(budget(3));
  await cache.put(budget(1, 20.5));
  await cache.put(budget(2, 20.4));
  await cache.put(budget(3));
  expect(await cache.get('acme')).toMatchObject({ remainingMicroUsd: 1 });
  await cache.put(budget(0, 20.6));
  expect(await cache.get('acme')).toMatchObject({ remainingMicroUsd: 0 });
});
