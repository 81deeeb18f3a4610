import { TaskMessage } from '@trace-mesh/rest-api/messages';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { announce } from '../announce.ts';
import type { Deps } from '../app.ts';
import { finishTask, startTask } from '../tasks.ts';

/**
 * Runs one task: model, settle, store, tell. Each step can be repeated, so whatever fails is simply delivered again; the
 * model alone is asked again, and only the first settlement counts.
 */
export const runTask =
  ({ db, redis, ledger, model, logger }: Deps) =>
  async (body: string): Promise<void> => {
    const { taskId, tenantId, prompt, maxTokens } = TaskMessage.parse(JSON.parse(body));
    const tell = (event: Omit<TaskEvent, 'taskId' | 'tenantId'>) =>
      announce(redis, { taskId, tenantId, ...event });

    if (!(await startTask(db, taskId))) {
      logger.info({ taskId }, 'a task that has ended was delivered again');
      return;
    }
    await tell({ status: 'running' });
    const { text, costMicroUsd } = await model.ask(prompt, maxTokens);
    await ledger.settle({ taskId, costMicroUsd });
    await finishTask(db, taskId, text, costMicroUsd);
    await tell({ status: 'done', result: text, costMicroUsd });
    logger.info({ taskId, costMicroUsd }, 'a task is done');
  };
