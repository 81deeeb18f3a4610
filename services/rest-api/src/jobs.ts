// Jobs: tasks that run in their own trace, linked to the request's.
import type { Database } from '@trace-mesh/runtime/postgres';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { storedTraceId } from '@trace-mesh/tracing/links';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { NewTask, TASK_COLUMNS, Task, toTask } from './tasks.ts';

export const NewJob = NewTask.omit({ taskId: true }).extend({
  /** Makes a retry safe: a second request with the same id returns the first one's job. */
  jobId: z.uuid().optional(),
});
export type NewJob = z.infer<typeof NewJob>;

export const Job = Task.omit({ taskId: true }).extend({
  jobId: z.uuid(),
  /** The job's own trace; null until it has started, and with tracing off. */
  traceId: z.string().nullable(),
  /** The trace of the request that created the job; null with tracing off. */
  submitterTraceId: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

/** Marks a task as a job; keeps the submitter's whole context. */
export const insertJob = (tx: PoolClient, jobId: string, submitter: Carrier) =>
  tx.query('INSERT INTO jobs (id, submitter) VALUES ($1, $2)', [jobId, submitter]);

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
