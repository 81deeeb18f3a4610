import { randomUUID } from 'node:crypto';
import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { callerLimits } from '../caller-limits.ts';
import type { Deps } from '../deps.ts';
import { insertJob, NewJob } from '../jobs.ts';
import { reserveFor, storeReserved } from '../reserve.ts';
import { type Announcement, insertTask } from '../tasks.ts';

/** `POST /api/jobs`: as a task, but it runs in a trace of its own that links to this request. Answers 202. */
export const createJob =
  (deps: Deps): RequestHandler =>
  async (request, response) => {
    const { db, relay, queue } = deps;
    const { identity } = callerOf(response);
    const limits = callerLimits(request, response);
    const { jobId = randomUUID(), ...work } = NewJob.parse(request.body);
    const priced = await reserveFor(deps, identity, { ...work, taskId: jobId }, limits);
    const announcement: Announcement = {
      queue: queue.name,
      relation: 'link',
      alongside: (tx, submitter) => insertJob(tx, jobId, submitter),
    };
    await storeReserved(deps, priced, () => insertTask(db, priced, announcement));
    relay.wake();
    response.status(202).location(`/api/jobs/${jobId}`).json({ jobId, status: 'queued' });
  };
