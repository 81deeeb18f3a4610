// The worker's states of a task: queued → running → done or failed. Each step is one statement, so that a second delivery is
// harmless. The outcome of a run is decided once, before its end; a later delivery continues from there.
import type { TaskMessage } from '@trace-mesh/rest-api/messages';
import type { Database } from '@trace-mesh/runtime/postgres';
import { ErrorFields } from '@trace-mesh/tracing/errors';
import { activeTraceId } from '@trace-mesh/tracing/span';
import { z } from 'zod';

/** An answer with its cost in integer micro-USD, or the failure. */
export const TaskOutcome = z.union([
  z.object({ result: z.string(), costMicroUsd: z.number().int().nonnegative() }),
  z.object({ failure: ErrorFields }),
]);
export type TaskOutcome = z.infer<typeof TaskOutcome>;

export interface TaskRun {
  taskId: string;
  tenantId: string;
  /** The id of its reservation: the task's id, or a new one if a failed task is run again. */
  chargeId: string;
  reservedMicroUsd: number;
  /** The end is stored; announcing and closing may be left to do. */
  ended: boolean;
  outcome: TaskOutcome | undefined;
}

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
 * Starts the tenant's task; undefined if it has ended or does not exist. A failed task starts again only by a redrive, once per
 * redrive, with a new charge id, because its first charge is settled.
 */
export async function startTask(
  db: Database,
  { taskId, tenantId }: Pick<TaskMessage, 'taskId' | 'tenantId'>,
  redriveId: string | undefined,
): Promise<TaskRun | undefined> {
  const { rows } = await db.query({
    name: 'start-task',
    text: `UPDATE tasks SET status = 'running', error = NULL, failure = NULL, closed_at = NULL, updated_at = now(),
       trace_id = COALESCE(trace_id, $2), redrive_id = COALESCE($3, redrive_id),
       outcome = CASE WHEN status = 'failed' THEN NULL ELSE outcome END,
       charge_id = CASE WHEN status = 'failed' THEN gen_random_uuid() ELSE COALESCE(charge_id, id) END
     WHERE id = $1 AND tenant_id = $4 AND (status IN ('queued', 'running') OR (status = 'failed' AND redrive_id IS DISTINCT FROM COALESCE($3, redrive_id)))
     RETURNING ${RUN_COLUMNS}`,
    values: [taskId, activeTraceId() ?? null, redriveId ?? null, tenantId],
  });
  return rows[0] && toRun(rows[0]);
}

/** A task whose end is stored but was interrupted before it was closed. */
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

/** Decides the outcome of a run. Returns the decided one, possibly another delivery's; undefined if the run is over. */
export async function decideOutcome(
  db: Database,
  run: TaskRun,
  outcome: TaskOutcome,
): Promise<TaskOutcome | undefined> {
  const { rows } = await db.query({
    name: 'decide-outcome',
    text: `UPDATE tasks SET outcome = COALESCE(outcome, $3), updated_at = now()
     WHERE id = $1 AND charge_id = $2 AND status = 'running' RETURNING outcome`,
    values: [run.taskId, run.chargeId, outcome],
  });
  return rows[0] && TaskOutcome.parse(rows[0].outcome);
}

/**
 * Stores the end of a task; false if another delivery has stored it. A repetition, after an answer of Postgres was lost, may find the
 * end that its first attempt has stored: it is true unless the task is closed, since the end must still be announced.
 */
export async function finishTask(
  db: Database,
  run: TaskRun,
  outcome: TaskOutcome,
  isRepeated = false,
): Promise<boolean> {
  const failed = 'failure' in outcome;
  const { rowCount } = await db.query({
    name: 'finish-task',
    text: `UPDATE tasks SET status = $3, result = $4, cost_micro_usd = $5, error = $6, failure = $7, updated_at = now()
     WHERE id = $1 AND charge_id = $2 AND closed_at IS NULL AND (status = 'running' OR $8)`,
    values: [
      run.taskId,
      run.chargeId,
      failed ? 'failed' : 'done',
      failed ? null : outcome.result,
      failed ? null : outcome.costMicroUsd,
      failed ? outcome.failure.message : null,
      failed ? outcome.failure : null,
      isRepeated,
    ],
  });
  return rowCount === 1;
}

export async function closeTask(db: Database, { taskId, chargeId }: TaskRun): Promise<void> {
  const text = 'UPDATE tasks SET closed_at = now() WHERE id = $1 AND charge_id = $2';
  await db.query({ name: 'close-task', text, values: [taskId, chargeId] });
}

/** Marks the task as being processed, for the sweep. */
export async function touchTask(db: Database, { taskId, chargeId }: TaskRun): Promise<void> {
  await db.query(
    `UPDATE tasks SET updated_at = now() WHERE id = $1 AND charge_id = $2 AND status = 'running'`,
    [taskId, chargeId],
  );
}
