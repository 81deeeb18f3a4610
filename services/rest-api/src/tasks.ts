// Tasks as rest-api stores and shows them.
import { injectContext } from '@trace-mesh/tracing/carrier';
import { type Database, transaction } from '@trace-mesh/tracing/postgres';
import { z } from 'zod';
import type { TaskMessage } from './messages.ts';

/** The longest prompt, in characters. */
export const MAX_PROMPT_LENGTH = 8_000;
/** The most tokens a task may ask its model for. */
export const MAX_TOKENS = 4_096;

export const NewTask = z.object({
  /** Chosen by the caller to make a retry safe: the same id again answers with the task that is there. */
  taskId: z.uuid().optional(),
  prompt: z.string().trim().min(1).max(MAX_PROMPT_LENGTH),
  maxTokens: z.number().int().positive().max(MAX_TOKENS).default(512),
  tenantId: z.string().min(1).max(128),
  userId: z.string().min(1).max(128).optional(),
});
export type NewTask = z.infer<typeof NewTask>;

export const Task = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  result: z.string().nullable(),
  error: z.string().nullable(),
  costMicroUsd: z.number().int().nullable(),
});
export type Task = z.infer<typeof Task>;

/** The task and the message that announces it, in one transaction: there is never one without the other. */
export async function insertTask(
  db: Database,
  task: NewTask & { taskId: string },
  reservedMicroUsd: number,
  queue: string,
): Promise<void> {
  const { taskId, tenantId, userId, prompt, maxTokens } = task;
  const message: TaskMessage = { taskId, tenantId, prompt, maxTokens };
  await transaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      `INSERT INTO tasks (id, tenant_id, user_id, prompt, reserved_micro_usd) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [taskId, tenantId, userId ?? null, prompt, reservedMicroUsd],
    );
    if (rowCount === 0) return;
    // The relay sends this row later, from a loop of its own: the context has to wait here with it.
    await tx.query('INSERT INTO outbox (queue, body, trace_context) VALUES ($1, $2, $3)', [
      queue,
      message,
      injectContext(),
    ]);
  });
}

/** The task, or undefined where there is none of that id. */
export async function findTask(db: Database, taskId: string): Promise<Task | undefined> {
  const { rows } = await db.query(
    'SELECT id, tenant_id, status, result, error, cost_micro_usd FROM tasks WHERE id = $1',
    [taskId],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { id, tenant_id, status, result, error, cost_micro_usd } = row;
  const costMicroUsd = cost_micro_usd === null ? null : Number(cost_micro_usd);
  return Task.parse({ taskId: id, tenantId: tenant_id, status, result, error, costMicroUsd });
}
