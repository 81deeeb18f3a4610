import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Deps } from '../app.ts';
import { callerLimits } from '../caller-limits.ts';
import { reserveFor, storeReserved } from '../reserve.ts';
import { insertTask, NewTask } from '../tasks.ts';

/** `POST /api/tasks`: sets the cost aside (gRPC), stores the task and its message (Postgres), answers 202. */
export const createTask =
  ({ db, ledger, relay, queue, logger }: Deps): RequestHandler =>
  async (request, response) => {
    const limits = callerLimits(request, response);
    const task = NewTask.parse(request.body);
    const taskId = task.taskId ?? randomUUID();
    const priced = await reserveFor(ledger, { ...task, taskId }, limits);
    await storeReserved({ ledger, logger }, taskId, () => insertTask(db, priced, { queue: queue.name }));
    relay.wake();
    logger.info({ taskId }, 'a task was accepted');
    response.status(202).location(`/api/tasks/${taskId}`).json({ taskId, status: 'queued' });
  };
