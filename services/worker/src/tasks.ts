// The worker's part of a task's life: queued → running → done. Each step is one statement, so a second delivery is harmless.
import type { Database } from '@trace-mesh/tracing/postgres';
import { activeTraceId } from '@trace-mesh/tracing/span';

/** Takes the task on; false when it has reached its end already, or was never stored. */
export async function startTask(db: Database, taskId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE tasks SET status = 'running', updated_at = now(), trace_id = COALESCE(trace_id, $2)
     WHERE id = $1 AND status IN ('queued', 'running')`,
    [taskId, activeTraceId() ?? null],
  );
  return rowCount === 1;
}

export async function finishTask(
  db: Database,
  taskId: string,
  result: string,
  costMicroUsd: number,
): Promise<void> {
  await db.query(
    `UPDATE tasks SET status = 'done', result = $2, cost_micro_usd = $3, updated_at = now() WHERE id = $1`,
    [taskId, result, costMicroUsd],
  );
}
