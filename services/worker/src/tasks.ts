// The worker's part of a task's life: queued → running → done or failed. Each step is one statement, so that a second
// delivery is harmless.
import type { TaskMessage } from '@trace-mesh/rest-api/messages';
import type { ErrorFields } from '@trace-mesh/tracing/errors';
import type { Database } from '@trace-mesh/tracing/postgres';
import { activeTraceId } from '@trace-mesh/tracing/span';

/** A run of a task. */
export interface Run {
  /** What it is charged under: the task's id, or a new one where the task had failed before and is run again. */
  chargeId: string;
  reservedMicroUsd: number;
}

/**
 * Takes the tenant's task on, a failed one too (it was sent again by a redrive); undefined when it is done already, or was never
 * stored. A failed task has been settled, so that a new run needs a charge of its own.
 */
export async function startTask(
  db: Database,
  { taskId, tenantId }: Pick<TaskMessage, 'taskId' | 'tenantId'>,
): Promise<Run | undefined> {
  const { rows } = await db.query(
    `UPDATE tasks SET status = 'running', error = NULL, failure = NULL, updated_at = now(), trace_id = COALESCE(trace_id, $2),
       charge_id = CASE WHEN status = 'failed' THEN gen_random_uuid() ELSE COALESCE(charge_id, id) END
     WHERE id = $1 AND tenant_id = $3 AND status <> 'done' RETURNING charge_id, reserved_micro_usd`,
    [taskId, activeTraceId() ?? null, tenantId],
  );
  const [row] = rows;
  return row && { chargeId: row.charge_id, reservedMicroUsd: Number(row.reserved_micro_usd) };
}

/** Stores the result; false when another delivery of the same message was faster. */
export async function finishTask(
  db: Database,
  taskId: string,
  result: string,
  costMicroUsd: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE tasks SET status = 'done', result = $2, cost_micro_usd = $3, updated_at = now()
     WHERE id = $1 AND status <> 'done'`,
    [taskId, result, costMicroUsd],
  );
  return rowCount === 1;
}

/** Marks the task as failed for good, as far as its queue is concerned; false when it has ended already. */
export async function failTask(db: Database, taskId: string, failure: ErrorFields): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE tasks SET status = 'failed', error = $2, failure = $3, updated_at = now()
     WHERE id = $1 AND status = 'running'`,
    [taskId, failure.message, failure],
  );
  return rowCount === 1;
}
