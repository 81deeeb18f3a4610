import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { findJob } from '../jobs.ts';
import { Problem } from '../problem.ts';

const Params = z.object({ jobId: z.uuid() });

/** `GET /api/jobs/:jobId`: the job with its state and result, its own trace and its submitter's. */
export const getJob =
  ({ db }: Deps): RequestHandler =>
  async (request, response) => {
    const { jobId } = Params.parse(request.params);
    const job = await findJob(db, jobId, callerOf(response).identity.tenantId);
    if (!job) throw new Problem(404, 'not found', `there is no job ${jobId}`);
    response.json(job);
  };
