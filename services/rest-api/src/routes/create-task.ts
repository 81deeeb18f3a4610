import { randomUUID } from 'node:crypto';
import { isOverBudget } from '@trace-mesh/cost-ledger/client';
import type { RequestHandler } from 'express';
import type { Deps } from '../app.ts';
import { maxCostMicroUsd } from '../price.ts';
import { Problem } from '../problem.ts';
import { insertTask, NewTask } from '../tasks.ts';

/** `POST /api/tasks`: sets the cost aside (gRPC), stores the task and its message (Postgres), answers 202. */
export const createTask =
  ({ db, ledger, relay, queue }: Deps): RequestHandler =>
  async (request, response) => {
    const task = NewTask.parse(request.body);
    const taskId = task.taskId ?? randomUUID();
    const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
    await ledger.reserve({ tenantId: task.tenantId, taskId, amountMicroUsd }).catch((error: unknown) => {
      if (!isOverBudget(error)) throw error;
      throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', {
        cause: error,
      });
    });
    await insertTask(db, { ...task, taskId }, amountMicroUsd, queue.name);
    relay.wake();
    response.status(202).location(`/api/tasks/${taskId}`).json({ taskId, status: 'queued' });
  };
