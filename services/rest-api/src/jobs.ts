// Jobs: work that nobody waits for. A job is a task that runs in a trace of its own, linked to the request's.

import type { Database } from '@trace-mesh/runtime/postgres';
import type { Carrier } from '@trace-mesh/tracing/carrier';
import { storedTraceId } from '@trace-mesh/tracing/links';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { NewTask, TASK_COLUMNS, Task, toTask } from './tasks.ts';

export const NewJob = NewTask.omit({ taskId: true }).extend({
  /** Chosen by the caller to make a retry safe: the same id again answers with the job that is there. */
  jobId: z.uuid().optional(),
});
export type NewJob = z.infer<typeof NewJob>;

export const Job = Task.omit({ taskId: true }).extend({
  jobId: z.uuid(),
  /** The job's own trace; null until it has begun, and where tracing is off. */
  traceId: z.string().nullable(),
  /** The trace of the request that asked for the job; null where tracing was off. */
  submitterTraceId: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

/** What makes a task a job: the context of its submitter, kept whole. */
export const insertJob = (tx: PoolClient, jobId: string, submitter: Carrier) =>
  tx.query('INSERT INTO jobs (id, submitter) VALUES ($1, $2)', [jobId, submitter]);

/** The tenant's job, or undefined where it has none of that id. */
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
