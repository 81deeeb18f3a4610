// Tasks: their schemas and their rows.
import type { Identity } from '@trace-mesh/access/caller';
import type { Database } from '@trace-mesh/runtime/postgres';
import { type Carrier, injectContext } from '@trace-mesh/tracing/carrier';
import { ErrorFields } from '@trace-mesh/tracing/errors';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { Mode, type TaskMessage } from './messages.ts';

/** In characters. */
export const MAX_PROMPT_LENGTH = 8_000;
const MAX_TOKENS = 4_096;

/** Postgres stores neither NUL nor lone surrogates; a prompt with one is a 400, not a 500. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');
const UNSTORABLE = 'Invalid input: a NUL or a lone surrogate';

export const Prompt = z.string().trim().min(1).max(MAX_PROMPT_LENGTH).refine(isStorable, UNSTORABLE).meta({
  description: 'Not blank, without NUL and lone surrogates. White space around it is removed.',
  // What JSON Schema can say of that.
  pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
});

/** The fields that tasks, batches and jobs have in common. */
export const Work = z.object({
  maxTokens: z.number().int().positive().max(MAX_TOKENS).default(512),
  mode: Mode.default('converse'),
});
export type Work = z.infer<typeof Work>;

export const NewTask = Work.extend({
  /** Makes a retry safe: a second request with the same id returns the first one's task. */
  taskId: z.uuid().optional(),
  prompt: Prompt,
});
export type NewTask = z.infer<typeof NewTask>;

/** The answer to a new task: it is stored, and its message will be queued. */
export const TaskAccepted = z.object({ taskId: z.uuid(), status: z.literal('queued') });

export const Task = z.object({
  taskId: z.uuid(),
  tenantId: z.string(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  result: z.string().nullable(),
  error: z.string().nullable(),
  /** The error with its origin. */
  failure: ErrorFields.nullable(),
  costMicroUsd: z.number().int().nullable(),
});
export type Task = z.infer<typeof Task>;

/** A task with its id, its owner from the token, and its reservation in integer micro-USD. */
export type PricedTask = NewTask &
  Pick<Identity, 'tenantId' | 'userId'> & { taskId: string; reservedMicroUsd: number };

export interface TaskQueueing {
  queue: string;
  /** Whether the message continues this request's trace, or starts a new trace that links to it. */
  relation?: 'parent' | 'link';
  batch?: BatchPosition;
}

export interface BatchPosition {
  batchId: string;
  index: number;
}

const INSERT_TASK = `WITH new_task AS (
    INSERT INTO tasks (id, tenant_id, user_id, prompt, reserved_micro_usd, batch_id, batch_index)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
  )
  INSERT INTO outbox (queue, body, trace_context, relation)
  SELECT $8, $9::jsonb, $10::jsonb, $11 FROM new_task`;

/**
 * Stores the task and its outbox message in one statement, so that neither exists without the other. Resolves to the stored context;
 * to undefined, without a message, if the task exists.
 */
export async function insertTask(
  db: Pick<PoolClient, 'query'>,
  task: PricedTask,
  { queue, relation = 'parent', batch }: TaskQueueing,
): Promise<Carrier | undefined> {
  const { taskId, tenantId, userId, prompt, maxTokens, mode, reservedMicroUsd } = task;
  const message: TaskMessage = { taskId, tenantId, prompt, maxTokens, mode };
  // The relay sends the message later, outside this request, so the row has to store the context.
  const stored = injectContext('outbox');
  const { rowCount } = await db.query(INSERT_TASK, [
    ...[taskId, tenantId, userId, prompt, reservedMicroUsd, batch?.batchId, batch?.index],
    ...[queue, message, stored, relation],
  ]);
  return rowCount === 0 ? undefined : stored;
}

export const TASK_COLUMNS = 'id, tenant_id, status, result, error, failure, cost_micro_usd';

export function toTask(row: Record<string, unknown>): Task {
  const { id, tenant_id, status, result, error, failure, cost_micro_usd } = row;
  const costMicroUsd = cost_micro_usd === null ? null : Number(cost_micro_usd);
  return Task.parse({ taskId: id, tenantId: tenant_id, status, result, error, failure, costMicroUsd });
}

/** The tenant's task; undefined if the tenant has no task with this id. */
export async function findTask(db: Database, taskId: string, tenantId: string): Promise<Task | undefined> {
  const { rows } = await db.query(`SELECT ${TASK_COLUMNS} FROM tasks WHERE id = $1 AND tenant_id = $2`, [
    taskId,
    tenantId,
  ]);
  return rows[0] && toTask(rows[0]);
}
