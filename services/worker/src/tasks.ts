// The worker's part of a task's life: queued → running → done or failed. Each step is one statement, so that a second
// delivery is harmless. Before a run ends its outcome is decided, once; whoever comes later goes on from there.
import type { TaskMessage } from '@trace-mesh/rest-api/messages';
import type { Database } from '@trace-mesh/runtime/postgres';
import { ErrorFields } from '@trace-mesh/tracing/errors';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';

/** How a run ended: with an answer and its cost in integer micro-USD, or with why there is none. */
export const TaskOutcome = z.union([
  z.object({ result: z.string(), costMicroUsd: z.number().int().nonnegative() }),
  z.object({ failure: ErrorFields }),
]);
export type TaskOutcome = z.infer<typeof TaskOutcome>;

/** A run of a task. */
export interface TaskRun {
  taskId: string;
  tenantId: string;
  /** What it is charged under: the task's id, or a new one where the task had failed before and is run again. */
  chargeId: string;
  reservedMicroUsd: number;
  /** Whether its task has ended, so that only what follows from it may be left to do. */
  ended: boolean;
  outcome: TaskOutcome | undefined;
}

/** The columns that `toRun` reads. */
export const RUN_COLUMNS = 'id, tenant_id, charge_id, reserved_micro_usd, status, outcome';

export function toRun(row: Record<string, unknown>): TaskRun {
  return {
    taskId: String(row.id),
    tenantId: String(row.tenant_id),
    chargeId: String(row.charge_id),
    reservedMicroUsd: Number(row.reserved_micro_usd),
    ended: row.status !== 'running',
    outcome: row.outcome === null ? undefined : TaskOutcome.parse(row.outcome),
  };
}

/**
 * Takes the tenant's task on; undefined when it has ended, or was never stored. One that has failed is run again by a
 * redrive alone, once by each: a duplicate of its message changes nothing. It has been settled, so that a new run needs a
 * charge of its own.
 */
export async function startTask(
  db: Database,
  { taskId, tenantId }: Pick<TaskMessage, 'taskId' | 'tenantId'>,
  redriveId: string | undefined,
): Promise<TaskRun | undefined> {
  const { rows } = await db.query(
    `UPDATE tasks SET status = 'running', error = NULL, failure = NULL, closed_at = NULL, updated_at = now(),
       trace_id = COALESCE(trace_id, $2), redrive_id = COALESCE($3, redrive_id),
       outcome = CASE WHEN status = 'failed' THEN NULL ELSE outcome END,
       charge_id = CASE WHEN status = 'failed' THEN gen_random_uuid() ELSE COALESCE(charge_id, id) END
     WHERE id = $1 AND tenant_id = $4 AND (status IN ('queued', 'running') OR (status = 'failed' AND redrive_id IS DISTINCT FROM COALESCE($3, redrive_id)))
     RETURNING ${RUN_COLUMNS}`,
    [taskId, activeTraceId() ?? null, redriveId ?? null, tenantId],
  );
  return rows[0] && toRun(rows[0]);
}

/** A task that has ended, and whose end was cut off before all that follows from it had been done. */
export async function findUnclosed(
  db: Database,
  { taskId, tenantId }: Pick<TaskMessage, 'taskId' | 'tenantId'>,
): Promise<TaskRun | undefined> {
  const { rows } = await db.query(
    `SELECT ${RUN_COLUMNS} FROM tasks
     WHERE id = $1 AND tenant_id = $2 AND status IN ('done', 'failed') AND closed_at IS NULL
       AND outcome IS NOT NULL`,
    [taskId, tenantId],
  );
  return rows[0] && toRun(rows[0]);
}

/** Decides how a run has ended. Answers what is decided, which another delivery may have done; undefined when it is over. */
export async function decideOutcome(
  db: Database,
  run: TaskRun,
  outcome: TaskOutcome,
): Promise<TaskOutcome | undefined> {
  const { rows } = await db.query(
    `UPDATE tasks SET outcome = COALESCE(outcome, $3), updated_at = now()
     WHERE id = $1 AND charge_id = $2 AND status = 'running' RETURNING outcome`,
    [run.taskId, run.chargeId, outcome],
  );
  return rows[0] && TaskOutcome.parse(rows[0].outcome);
}

/**
 * Stores the end of a task; false when another delivery has brought it to its end already. Not "when it is running no more":
 * where Postgres has stored the end and its answer is lost, the statement is repeated, and the end still has to be told.
 */
export async function finishTask(db: Database, run: TaskRun, outcome: TaskOutcome): Promise<boolean> {
  const failed = 'failure' in outcome;
  const { rowCount } = await db.query(
    `UPDATE tasks SET status = $3, result = $4, cost_micro_usd = $5, error = $6, failure = $7, updated_at = now()
     WHERE id = $1 AND charge_id = $2 AND closed_at IS NULL`,
    [
      run.taskId,
      run.chargeId,
      failed ? 'failed' : 'done',
      failed ? null : outcome.result,
      failed ? null : outcome.costMicroUsd,
      failed ? outcome.failure.message : null,
      failed ? outcome.failure : null,
    ],
  );
  return rowCount === 1;
}

/** All that follows from the end of this run has been done. */
export async function closeTask(db: Database, { taskId, chargeId }: TaskRun): Promise<void> {
  await db.query('UPDATE tasks SET closed_at = now() WHERE id = $1 AND charge_id = $2', [taskId, chargeId]);
}

/** Says that somebody works on the task: the sweep leaves it alone. */
export async function touchTask(db: Database, { taskId, chargeId }: TaskRun): Promise<void> {
  await db.query(
    `UPDATE tasks SET updated_at = now() WHERE id = $1 AND charge_id = $2 AND status = 'running'`,
    [taskId, chargeId],
  );
}
