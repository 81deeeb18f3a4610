// Jobs: tasks that run in their own trace, linked to the request's.
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import { storedTraceId } from '@trace-mesh/tracing/links';
import { z } from 'zod';
import { insertTask, NewTask, type PricedTask, TASK_COLUMNS, Task, toTask } from './tasks.ts';

export const NewJob = NewTask.omit({ taskId: true }).extend({
  /** Makes a retry safe: a second request with the same id returns the first one's job. */
  jobId: z.uuid().optional(),
});
export type NewJob = z.infer<typeof NewJob>;

export const JobAccepted = z.object({ jobId: z.uuid(), status: z.literal('queued') });

export const Job = Task.omit({ taskId: true }).extend({
  jobId: z.uuid(),
  /** The job's own trace; null until it has started, and with tracing off. */
  traceId: z.string().nullable(),
  /** The trace of the request that created the job; null with tracing off. */
  submitterTraceId: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

/** Stores the task and marks it as a job, which keeps the submitter's whole context. */
export const insertJob = (db: Database, task: PricedTask, queue: string): Promise<void> =>
  transaction(db, async (tx) => {
    const submitter = await insertTask(tx, task, { queue, relation: 'link' });
    if (submitter)
      await tx.query('INSERT INTO jobs (id, submitter) VALUES ($1, $2)', [task.taskId, submitter]);
  });

/** The tenant's job; undefined if the tenant has no job with this id. */
export async function findJob(db: Database, jobId: string, tenantId: string): Promise<Job | undefined> {
  const { rows } = await db.query(
    `SELECT ${TASK_COLUMNS}, trace_id, submitter FROM tasks JOIN jobs USING (id) WHERE id = $1 AND tenant_id = $2`,
    [jobId, tenantId],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { taskId, ...task } = toTask(row);
  const submitterTraceId = storedTraceId(row.submitter) ?? null;
  return Job.parse({ ...task, jobId: taskId, traceId: row.trace_id, submitterTraceId });
}
