import { randomUUID } from 'node:crypto';
import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { requestDeadline } from '../deadline.ts';
import type { Deps } from '../deps.ts';
import { insertJob, NewJob } from '../jobs.ts';
import { reserveFor, storeReserved } from '../reserve.ts';

/** `POST /api/jobs`: a task that runs in its own trace, which links to this request. Answers 202. */
export const createJob =
  (deps: Deps): RequestHandler =>
  async (request, response) => {
    const { db, relay, queue } = deps;
    const { identity } = callerOf(response);
    const deadline = requestDeadline(request, response);
    const { jobId = randomUUID(), ...work } = NewJob.parse(request.body);
    const priced = await reserveFor(deps, identity, { ...work, taskId: jobId }, deadline);
    await storeReserved(deps, priced, () => insertJob(db, priced, queue.name));
    relay.wake();
    response.status(202).location(`/api/jobs/${jobId}`).json({ jobId, status: 'queued' });
  };
