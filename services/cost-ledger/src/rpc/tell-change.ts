import type { Budget } from '../budget.ts';
import type { Deps } from '../deps.ts';

/** After each change of a budget: the cache has the new one, and whoever watches hears of it. Never rejects. */
export async function tellChange({ cache, changes }: Deps, budget: Budget): Promise<void> {
  await cache.put(budget);
  await changes.announce(budget.tenantId);
}
