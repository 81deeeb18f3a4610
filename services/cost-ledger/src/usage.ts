// What each model call used, as its caller reports it.
import { status } from '@grpc/grpc-js';
import { RpcError } from '@trace-mesh/runtime/grpc';
import type { Database } from '@trace-mesh/runtime/postgres';

/** Tokens and integer micro-USD of one model call; the caller chooses `recordId`. */
export interface UsageRecord {
  recordId: string;
  taskId: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
}

/** Stores all records or none, in one statement; answers how many were not known yet. */
export async function storeUsage(db: Database, records: UsageRecord[], tenantId: string): Promise<number> {
  await refuseUnknownTasks(
    db,
    records.map((record) => record.taskId),
    tenantId,
  );
  const { rowCount } = await db.query(
    `INSERT INTO usage_records (id, task_id, model, input_tokens, output_tokens, cost_micro_usd)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
     ON CONFLICT (id) DO NOTHING`,
    [
      records.map((record) => record.recordId),
      records.map((record) => record.taskId),
      records.map((record) => record.model),
      records.map((record) => record.inputTokens),
      records.map((record) => record.outputTokens),
      records.map((record) => record.costMicroUsd),
    ],
  );
  return rowCount ?? 0;
}

/** The foreign key would refuse some too, but as a failed query: this is an answer, and reservations are never deleted. */
async function refuseUnknownTasks(db: Database, taskIds: string[], tenantId: string): Promise<void> {
  const { rows } = await db.query(
    `SELECT 1 FROM unnest($1::uuid[]) AS wanted(task_id) LEFT JOIN reservations USING (task_id)
     WHERE tenant_id IS DISTINCT FROM $2 LIMIT 1`,
    [taskIds, tenantId],
  );
  if (rows.length > 0) throw new RpcError(status.NOT_FOUND, 'nothing is reserved for the task of a record');
}
