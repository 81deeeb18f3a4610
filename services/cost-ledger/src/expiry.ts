// Releases reservations whose callers died. Several instances may sweep concurrently.
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import { repeat } from '@trace-mesh/runtime/repeat';
import { type Budget, budgetOf, CHANGED_BUDGET } from './budget.ts';
import { publishBudget } from './budget-changes.ts';
import type { Deps } from './deps.ts';

/** How long a reservation is held, in s: longer than any task waits in its queue. */
export const RESERVATION_EXPIRY_S = 24 * 3_600;
export const EXPIRY_SWEEP_MS = 60_000;
/** How many one transaction releases. */
const EXPIRY_BATCH = 100;

/** Releases up to `EXPIRY_BATCH` expired reservations; returns the budgets that changed. */
async function releaseExpired(db: Database): Promise<Budget[]> {
  return transaction(db, async (tx) => {
    // A locked row is being settled, or released by another instance.
    const { rows: expired } = await tx.query(
      `UPDATE reservations SET expired_at = now() WHERE task_id IN (
         SELECT task_id FROM reservations
         WHERE settled_micro_usd IS NULL AND expired_at IS NULL AND expires_at <= now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING tenant_id, reserved_micro_usd`,
      [EXPIRY_BATCH],
    );
    const held = new Map<string, number>();
    for (const { tenant_id, reserved_micro_usd } of expired) {
      held.set(tenant_id, (held.get(tenant_id) ?? 0) + Number(reserved_micro_usd));
    }
    const budgets: Budget[] = [];
    // Sorted, so that two sweeps cannot deadlock.
    for (const tenantId of [...held.keys()].toSorted()) {
      const { rows } = await tx.query(
        `UPDATE budgets SET reserved_micro_usd = reserved_micro_usd - $2 WHERE tenant_id = $1 RETURNING ${CHANGED_BUDGET}`,
        [tenantId, held.get(tenantId)],
      );
      budgets.push(...rows.map(budgetOf));
    }
    return budgets;
  });
}

/** Sweeps every `intervalMs` until disposed. */
export function keepExpiring(deps: Deps, intervalMs = EXPIRY_SWEEP_MS): AsyncDisposable {
  const { db, logger } = deps;

  async function sweep(): Promise<void> {
    const budgets = await releaseExpired(db);
    for (const budget of budgets) await publishBudget(deps, budget);
    if (budgets.length > 0) logger.warn({ tenants: budgets.length }, 'expired reservations released');
  }

  return repeat(intervalMs, sweep, (err) => {
    logger.warn({ err }, 'releasing expired reservations failed; the next sweep will repeat it');
  });
}
