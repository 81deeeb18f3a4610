import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { findTask } from '../tasks.ts';

const Params = z.object({ taskId: z.uuid() });

/** `GET /api/tasks/:taskId`: the task with its state, and its result once there is one. */
export const getTask =
  ({ db }: Deps): RequestHandler =>
  async (request, response) => {
    const { taskId } = Params.parse(request.params);
    const task = await findTask(db, taskId, callerOf(response).identity.tenantId);
    if (!task) throw new Problem(404, 'not found', `there is no task ${taskId}`);
    response.json(task);
  };
