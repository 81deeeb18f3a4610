import { status } from '@grpc/grpc-js';
import { RpcError } from '@trace-mesh/runtime/grpc';
import type { Database } from '@trace-mesh/runtime/postgres';
import { z } from 'zod';
import { MicroUsd, TaskId } from './rpc/parse.ts';

const Tokens = z.number().int().nonnegative();

/** Tokens and cost, in integer micro-USD, of one model call. The caller chooses `recordId`. */
export const UsageRecord = z.object({
  recordId: z.uuid(),
  taskId: TaskId,
  model: z.string().min(1).max(128),
  inputTokens: Tokens,
  outputTokens: Tokens,
  costMicroUsd: MicroUsd,
});
export type UsageRecord = z.infer<typeof UsageRecord>;

/** Stores all records or none, in one statement; returns how many were new. */
export async function storeUsage(db: Database, records: UsageRecord[], tenantId: string): Promise<number> {
  const column = (key: keyof UsageRecord) => records.map((record) => record[key]);
  await refuseUnknownTasks(db, column('taskId'), tenantId);
  const { rowCount } = await db.query(
    `INSERT INTO usage_records (id, task_id, model, input_tokens, output_tokens, cost_micro_usd)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[])
     ON CONFLICT (id) DO NOTHING`,
    (['recordId', 'taskId', 'model', 'inputTokens', 'outputTokens', 'costMicroUsd'] as const).map(column),
  );
  return rowCount ?? 0;
}

/** Gives a clear answer where the foreign key would fail the query. Reservations are never deleted. */
async function refuseUnknownTasks(db: Database, taskIds: unknown[], tenantId: string): Promise<void> {
  const { rows } = await db.query(
    `SELECT 1 FROM unnest($1::uuid[]) AS wanted(task_id) LEFT JOIN reservations USING (task_id)
     WHERE tenant_id IS DISTINCT FROM $2 LIMIT 1`,
    [taskIds, tenantId],
  );
  if (rows.length > 0) throw new RpcError(status.NOT_FOUND, 'no reservation for the task of a record');
}
