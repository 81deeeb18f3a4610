// Reservations whose callers died expire: what they hold goes back to the budget. Several ledgers may sweep at once.
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import { repeat } from '@trace-mesh/runtime/repeat';
import { findBudget } from './budget.ts';
import type { Deps } from './deps.ts';
import { tellChange } from './rpc/tell-change.ts';

/** After how many s a reservation that nobody settled is given back: longer than any task waits in its queue. */
export const RESERVATION_EXPIRY_S = 24 * 3_600;
/** How often expired reservations are looked for, in ms. */
export const EXPIRY_SWEEP_MS = 60_000;
/** How many are given back in one transaction. */
const EXPIRY_BATCH = 100;

/** Gives up to `EXPIRY_BATCH` expired reservations back; answers the tenants whose budgets have changed. */
async function expireReservations(db: Database): Promise<string[]> {
  return transaction(db, async (tx) => {
    // Locked rows are being settled, or swept by another ledger.
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
    // Always in the same order, so that two sweeps do not wait for each other in a circle.
    const tenants = [...held.keys()].toSorted();
    for (const tenantId of tenants) {
      await tx.query('UPDATE budgets SET reserved_micro_usd = reserved_micro_usd - $2 WHERE tenant_id = $1', [
        tenantId,
        held.get(tenantId),
      ]);
    }
    return tenants;
  });
}

/** Sweeps every `intervalMs` until disposed. A sweep that fails is logged, and followed by the next. */
export function keepExpiring(deps: Deps, intervalMs = EXPIRY_SWEEP_MS): AsyncDisposable {
  const { db, logger } = deps;

  async function sweep(): Promise<void> {
    const tenants = await expireReservations(db);
    for (const tenantId of tenants) {
      const budget = await findBudget(db, tenantId);
      if (budget) await tellChange(deps, budget);
    }
    if (tenants.length > 0)
      logger.warn({ tenants: tenants.length }, 'reservations that nobody settled were given back');
  }

  return repeat(intervalMs, sweep, (err) => {
    logger.warn({ err }, 'expired reservations could not be given back and will be again');
  });
}
