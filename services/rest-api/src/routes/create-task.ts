import { randomUUID } from 'node:crypto';
import { callerOf } from '@trace-mesh/access/express';
import type { RequestHandler } from 'express';
import { requestDeadline } from '../deadline.ts';
import type { Deps } from '../deps.ts';
import { reserveFor, storeReserved } from '../reserve.ts';
import { insertTask, NewTask } from '../tasks.ts';

/** `POST /api/tasks`: reserves the cost (gRPC), stores the task and its message (Postgres), answers 202. */
export const createTask =
  (deps: Deps): RequestHandler =>
  async (request, response) => {
    const { db, relay, queue, logger } = deps;
    const { identity } = callerOf(response);
    const deadline = requestDeadline(request, response);
    const task = NewTask.parse(request.body);
    const taskId = task.taskId ?? randomUUID();
    const priced = await reserveFor(deps, identity, { ...task, taskId }, deadline);
    await storeReserved(deps, priced, () => insertTask(db, priced, { queue: queue.name }));
    relay.wake();
    logger.info({ taskId }, 'task accepted');
    response.status(202).location(`/api/tasks/${taskId}`).json({ taskId, status: 'queued' });
  };
