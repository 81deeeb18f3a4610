// The budgets in Postgres; every change is one statement or one transaction.
import { status } from '@grpc/grpc-js';
import { RpcError } from '@trace-mesh/runtime/grpc';
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import type { PoolClient } from 'pg';

/** Amounts in integer micro-USD. */
export interface Budget {
  tenantId: string;
  spentMicroUsd: number;
  remainingMicroUsd: number;
  /** When it was changed, in s by the clock of Postgres: changes of one budget have rising times. Absent for a budget that was read. */
  changedAt?: number;
}

export interface Reservation {
  tenantId: string;
  taskId: string;
  amountMicroUsd: number;
  /** The caller's limit on the tenant's total, if lower than the budget. */
  costLimitMicroUsd?: number | undefined;
}

export interface ReserveTerms {
  /** The budget of a new tenant. */
  defaultBudgetMicroUsd: number;
  /** How long a reservation is held if it is not settled, in s. */
  expirySeconds: number;
}

const COMMITTED = 'reserved_micro_usd + spent_micro_usd';
const REMAINING = `limit_micro_usd - (${COMMITTED})`;
const BUDGET = `tenant_id, spent_micro_usd, ${REMAINING} AS remaining_micro_usd`;
/** For `RETURNING`: the time is read while the row is locked. */
export const CHANGED_BUDGET = `${BUDGET}, extract(epoch FROM clock_timestamp())::float8 AS changed_at`;

// pg returns bigint as text, because it may not fit a number; 2^53 micro-USD are nine billion dollars.
export const budgetOf = (row: Record<string, string>): Budget => ({
  tenantId: row.tenant_id ?? '',
  spentMicroUsd: Number(row.spent_micro_usd),
  remainingMicroUsd: Number(row.remaining_micro_usd),
  ...(row.changed_at && { changedAt: Number(row.changed_at) }),
});

// A new tenant's budget is inserted. A reservation that exists inserts nothing; one that a concurrent call inserts fails the statement.
const RESERVE = {
  name: 'reserve',
  text: `WITH budget AS (
    INSERT INTO budgets AS b (tenant_id, limit_micro_usd, reserved_micro_usd)
    SELECT $2, $5::bigint, $3::bigint WHERE NOT EXISTS (SELECT FROM reservations WHERE task_id = $1)
      AND ($3 <= LEAST($5, $4::bigint) OR EXISTS (SELECT FROM budgets WHERE tenant_id = $2))
    ON CONFLICT (tenant_id) DO UPDATE SET reserved_micro_usd = b.reserved_micro_usd + $3
      WHERE b.reserved_micro_usd + b.spent_micro_usd + $3 <= LEAST(b.limit_micro_usd, $4)
    RETURNING ${CHANGED_BUDGET}
  ), reservation AS (
    INSERT INTO reservations (task_id, tenant_id, reserved_micro_usd, expires_at)
    SELECT $1::uuid, $2, $3, now() + $6 * interval '1 second' FROM budget
  ) TABLE budget`,
};
const UNIQUE_VIOLATION = '23505';

/**
 * Reserves the amount atomically: concurrent callers cannot exceed the limit. An existing reservation of the task stays as it is,
 * unless it has expired; then it is made again. After `signal` has aborted, nothing is reserved. See decisions/037.
 */
export async function reserve(
  db: Database,
  r: Reservation,
  terms: ReserveTerms,
  signal: AbortSignal,
): Promise<Budget> {
  signal.throwIfAborted();
  const { tenantId, taskId, amountMicroUsd, costLimitMicroUsd } = r;
  const { defaultBudgetMicroUsd, expirySeconds } = terms;
  const values = [taskId, tenantId, amountMicroUsd, costLimitMicroUsd, defaultBudgetMicroUsd, expirySeconds];
  const { rows } = await db.query({ ...RESERVE, values }).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return { rows: [] };
    throw error;
  });
  if (rows.length === 0) return reserveAgain(db, r, terms, signal);
  if (signal.aborted) await release(db, r);
  signal.throwIfAborted();
  return budgetOf(rows[0]);
}

/** Releases a reservation as its expiry does: a repeated call of the same task reserves again. */
const release = (db: Database, { taskId, tenantId }: Reservation) =>
  db.query(
    `WITH released AS (
       UPDATE reservations SET expired_at = now()
       WHERE task_id = $1 AND tenant_id = $2 AND settled_micro_usd IS NULL AND expired_at IS NULL
       RETURNING reserved_micro_usd AS amount
     ) UPDATE budgets SET reserved_micro_usd = reserved_micro_usd - amount FROM released WHERE tenant_id = $2`,
    [taskId, tenantId],
  );

/** The task has a reservation already, or the budget is too small. */
async function reserveAgain(
  db: Database,
  r: Reservation,
  { defaultBudgetMicroUsd, expirySeconds }: ReserveTerms,
  signal: AbortSignal,
): Promise<Budget> {
  return transaction(db, async (tx) => {
    await tx.query(
      'INSERT INTO budgets (tenant_id, limit_micro_usd) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [r.tenantId, defaultBudgetMicroUsd],
    );
    const { rowCount } = await tx.query(
      `INSERT INTO reservations (task_id, tenant_id, reserved_micro_usd, expires_at)
       VALUES ($1, $2, $3, now() + $4 * interval '1 second')
       ON CONFLICT (task_id) DO UPDATE
         SET reserved_micro_usd = EXCLUDED.reserved_micro_usd, expires_at = EXCLUDED.expires_at, expired_at = NULL
         WHERE reservations.expired_at IS NOT NULL AND reservations.settled_micro_usd IS NULL
           AND reservations.tenant_id = EXCLUDED.tenant_id`,
      [r.taskId, r.tenantId, r.amountMicroUsd, expirySeconds],
    );
    if (rowCount === 0) await refuseForeignTask(tx, r);
    // LEAST ignores NULL.
    const { rows } = await tx.query(
      `UPDATE budgets SET reserved_micro_usd = reserved_micro_usd + $2
       WHERE tenant_id = $1 AND (${COMMITTED} + $2 <= LEAST(limit_micro_usd, $3) OR $2 = 0) RETURNING ${CHANGED_BUDGET}`,
      [r.tenantId, rowCount === 1 ? r.amountMicroUsd : 0, r.costLimitMicroUsd],
    );
    if (rows.length === 0)
      throw new RpcError(status.RESOURCE_EXHAUSTED, 'the budget is too small for this amount', 'over_budget');
    signal.throwIfAborted();
    return budgetOf(rows[0]);
  });
}

async function refuseForeignTask(tx: PoolClient, { taskId, tenantId }: Reservation): Promise<void> {
  const { rows } = await tx.query('SELECT 1 FROM reservations WHERE task_id = $1 AND tenant_id = $2', [
    taskId,
    tenantId,
  ]);
  if (rows.length === 0)
    throw new RpcError(status.ALREADY_EXISTS, 'this task id is taken (choose another one)', 'task_id_taken');
}

const SETTLE = {
  name: 'settle',
  text: `WITH settled AS (
    UPDATE reservations SET settled_micro_usd = $3, settled_at = now()
    WHERE task_id = $1 AND tenant_id = $2 AND settled_micro_usd IS NULL
    RETURNING CASE WHEN expired_at IS NULL THEN reserved_micro_usd ELSE 0 END AS held
  ), charged AS (
    UPDATE budgets SET reserved_micro_usd = reserved_micro_usd - held, spent_micro_usd = spent_micro_usd + $3
    FROM settled WHERE tenant_id = $2 RETURNING ${CHANGED_BUDGET}
  ) TABLE charged UNION ALL
    SELECT ${BUDGET}, NULL FROM budgets WHERE tenant_id = $2 AND NOT EXISTS (SELECT FROM charged)
      AND EXISTS (SELECT FROM reservations WHERE task_id = $1 AND tenant_id = $2)`,
};

/**
 * Replaces the reservation by the real cost, also after the reservation has expired. Changes nothing for a settled task or another
 * tenant's. If `signal` has aborted before the statement is sent, nothing is stored.
 */
export async function settle(
  db: Database,
  { taskId, tenantId }: Pick<Reservation, 'taskId' | 'tenantId'>,
  costMicroUsd: number,
  signal: AbortSignal,
): Promise<Budget> {
  signal.throwIfAborted();
  const { rows } = await db.query({ ...SETTLE, values: [taskId, tenantId, costMicroUsd] });
  if (rows.length === 0) throw new RpcError(status.NOT_FOUND, 'no reservation for this task');
  return budgetOf(rows[0]);
}

/** Undefined for a tenant that never reserved anything. */
export async function findBudget(db: Database, tenantId: string): Promise<Budget | undefined> {
  const { rows } = await db.query(`SELECT ${BUDGET} FROM budgets WHERE tenant_id = $1`, [tenantId]);
  return rows[0] && budgetOf(rows[0]);
}
