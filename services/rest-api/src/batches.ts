// Batches: many prompts in one request, one task each. An item that fails does not fail the others.
import type { Database } from '@trace-mesh/runtime/postgres';
import { z } from 'zod';
import { type BatchPosition, type PricedTask, Prompt, TASK_COLUMNS, Task, toTask, Work } from './tasks.ts';

const MAX_BATCH_ITEMS = 100;

export const NewBatch = Work.extend({ prompts: z.array(Prompt).min(1).max(MAX_BATCH_ITEMS) });
export type NewBatch = z.infer<typeof NewBatch>;

/** `taskIds` are in the order of the prompts. */
export const BatchAccepted = z.object({ batchId: z.uuid(), taskIds: z.array(z.uuid()) });

export const Batch = z.object({
  batchId: z.uuid(),
  tenantId: z.string(),
  /** `done` when every item is done or failed. */
  status: z.enum(['running', 'done']),
  /** In the order of the prompts. */
  items: z.array(Task.omit({ tenantId: true })),
});
export type Batch = z.infer<typeof Batch>;

export async function insertBatch(db: Database, batchId: string, tenantId: string): Promise<void> {
  await db.query('INSERT INTO batches (id, tenant_id) VALUES ($1, $2)', [batchId, tenantId]);
}

/** Stores an item that was refused as a failed task, so that the batch reports it. */
export async function insertRefused(
  db: Database,
  { taskId, tenantId, userId, prompt }: Omit<PricedTask, 'reservedMicroUsd'>,
  { batchId, index }: BatchPosition,
  error: string,
): Promise<void> {
  await db.query(
    `INSERT INTO tasks (id, tenant_id, user_id, prompt, reserved_micro_usd, status, closed_at, error,
       batch_id, batch_index)
     VALUES ($1, $2, $3, $4, 0, 'failed', now(), $5, $6, $7)
     ON CONFLICT (id) DO NOTHING`,
    [taskId, tenantId, userId, prompt, error, batchId, index],
  );
}

/** The tenant's batch with its items; undefined if the tenant has no batch with this id. */
export async function findBatch(db: Database, batchId: string, tenantId: string): Promise<Batch | undefined> {
  const { rows: batches } = await db.query('SELECT 1 FROM batches WHERE id = $1 AND tenant_id = $2', [
    batchId,
    tenantId,
  ]);
  if (batches.length === 0) return undefined;
  const { rows } = await db.query(
    `SELECT ${TASK_COLUMNS} FROM tasks WHERE batch_id = $1 ORDER BY batch_index`,
    [batchId],
  );
  const items = rows.map(toTask);
  const ended = items.every(({ status }) => status === 'done' || status === 'failed');
  return Batch.parse({ batchId, tenantId, status: ended ? 'done' : 'running', items });
}
