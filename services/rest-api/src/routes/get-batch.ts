import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { findBatch } from '../batches.ts';
import type { Deps } from '../deps.ts';
import { Problem } from '../problem.ts';

const Params = z.object({ batchId: z.uuid() });

/** `GET /api/batches/:batchId`: what became of each item. */
export const getBatch =
  ({ db }: Deps): RequestHandler =>
  async (request, response) => {
    const { batchId } = Params.parse(request.params);
    const batch = await findBatch(db, batchId, callerOf(response).identity.tenantId);
    if (!batch) throw new Problem(404, 'not found', `there is no batch ${batchId}`);
    response.json(batch);
  };
