// Tasks as rest-api takes, stores and shows them.
import type { Identity } from '@trace-mesh/access/caller';
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import { type Carrier, injectContext } from '@trace-mesh/tracing/carrier';
import { ErrorFields } from '@trace-mesh/tracing/errors';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { Mode, type TaskMessage } from './messages.ts';

/** The longest prompt, in characters. */
export const MAX_PROMPT_LENGTH = 8_000;
/** The most tokens a task may ask its model for. */
const MAX_TOKENS = 4_096;

/** Postgres takes no NUL in a text and no half of a character in its JSON: to send one is the caller's mistake, not a 500. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0');
const UNSTORABLE = 'Invalid input: a NUL or half a character';

export const Prompt = z.string().trim().min(1).max(MAX_PROMPT_LENGTH).refine(isStorable, UNSTORABLE);

/** What every request for work says, whatever its form. */
export const Work = z.object({
  maxTokens: z.number().int().positive().max(MAX_TOKENS).default(512),
  mode: Mode.default('converse'),
});
export type Work = z.infer<typeof Work>;

export const NewTask = Work.extend({
  /** Chosen by the caller to make a retry safe: the same id again answers with the task that is there. */
  taskId: z.uuid().optional(),
  prompt: Prompt,
});
export type NewTask = z.infer<typeof NewTask>;

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

/** For whom a task is run: as the token says, whatever the request does. */
export type Owner = Pick<Identity, 'tenantId' | 'userId'>;

/** A task with its id and owner, and what is set aside for it, in integer micro-USD. */
export type PricedTask = NewTask & Owner & { taskId: string; reservedMicroUsd: number };

export interface Announcement {
  /** The name of the queue that the message goes to. */
  queue: string;
  /** Whether the message continues the trace of this request, or begins one that links to it. */
  relation?: 'parent' | 'link';
  /** Stores what belongs to the task, in the same transaction; not called for a task that is there already. */
  alongside?: (tx: PoolClient, context: Carrier) => Promise<unknown>;
}

/** The task and the message that announces it, in one transaction: there is never one without the other. */
export async function insertTask(
  db: Database,
  task: PricedTask,
  { queue, relation = 'parent', alongside }: Announcement,
): Promise<void> {
  const { taskId, tenantId, userId, prompt, maxTokens, mode, reservedMicroUsd } = task;
  const message: TaskMessage = { taskId, tenantId, prompt, maxTokens, mode };
  await transaction(db, async (tx) => {
    const { rowCount } = await tx.query(
      `INSERT INTO tasks (id, tenant_id, user_id, prompt, reserved_micro_usd) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT DO NOTHING`,
      [taskId, tenantId, userId, prompt, reservedMicroUsd],
    );
    if (rowCount === 0) return;
    // The relay sends this row later, from a loop of its own: the context has to wait here with it.
    const stored = injectContext('outbox');
    await tx.query('INSERT INTO outbox (queue, body, trace_context, relation) VALUES ($1, $2, $3, $4)', [
      queue,
      message,
      stored,
      relation,
    ]);
    await alongside?.(tx, stored);
  });
}

/** The columns that `toTask` reads. */
export const TASK_COLUMNS = 'id, tenant_id, status, result, error, failure, cost_micro_usd';

/** A row of the table as the API shows it. */
export function toTask(row: Record<string, unknown>): Task {
  const { id, tenant_id, status, result, error, failure, cost_micro_usd } = row;
  const costMicroUsd = cost_micro_usd === null ? null : Number(cost_micro_usd);
  return Task.parse({ taskId: id, tenantId: tenant_id, status, result, error, failure, costMicroUsd });
}

/** The tenant's task, or undefined where it has none of that id. */
export async function findTask(db: Database, taskId: string, tenantId: string): Promise<Task | undefined> {
  const { rows } = await db.query(`SELECT ${TASK_COLUMNS} FROM tasks WHERE id = $1 AND tenant_id = $2`, [
    taskId,
    tenantId,
  ]);
  return rows[0] && toTask(rows[0]);
}
