import type { Identity } from '@trace-mesh/access/caller';
import { readTaskMessage } from '@trace-mesh/rest-api/messages';
import type { Handler } from '@trace-mesh/tracing/sqs-receive';
import type { TaskEvent } from '@trace-mesh/ws-hub/messages';
import { announce } from '../announce.ts';
import type { Deps } from '../app.ts';
import { failureOf } from '../failure.ts';
import { failTask, finishTask, type Run, startTask } from '../tasks.ts';

/**
 * Runs one task: model, settle, store, tell. Each step can be repeated, so whatever fails is simply delivered again; the
 * model alone is asked again, and only the first settlement counts. When the last attempt fails the task ends as failed:
 * the message goes to the dead letters, and whoever waits for the task hears of it.
 */
export const runTask =
  ({ db, redis, ledger: ledgers, tokens, model, logger }: Deps): Handler =>
  async (body, { attempt, isLast }) => {
    const { taskId, tenantId, prompt, maxTokens, mode } = readTaskMessage(body);
    const tell = (event: Omit<TaskEvent, 'taskId' | 'tenantId'>) =>
      announce(redis, { taskId, tenantId, ...event });

    // Anew for each call: the work may take longer than a token lives.
    const ledger = () => ledgers.as(tokens.authorizationFor(chargingFor(tenantId)));
    const run = await startTask(db, { taskId, tenantId });
    if (!run) {
      logger.info({ taskId }, 'a task that is done was delivered again');
      return;
    }
    try {
      await work(run);
    } catch (error) {
      if (isLast) await giveUp(run, error);
      throw error;
    }

    async function work({ chargeId, reservedMicroUsd }: Run): Promise<void> {
      if (chargeId !== taskId) {
        await ledger().reserve({ tenantId, taskId: chargeId, amountMicroUsd: reservedMicroUsd });
      }
      await tell({ status: 'running' });
      const onText = (soFar: string) => tell({ status: 'running', result: soFar });
      const { text, costMicroUsd } = await model.ask({ prompt, maxTokens, mode, onText });
      await ledger().settle({ taskId: chargeId, costMicroUsd });
      if (!(await finishTask(db, taskId, text, costMicroUsd))) return;
      await tell({ status: 'done', result: text, costMicroUsd });
      logger.info({ taskId, costMicroUsd }, 'a task is done');
    }

    async function giveUp({ chargeId }: Run, cause: unknown): Promise<void> {
      const { message: error, fields: failure } = failureOf(cause, attempt);
      try {
        await ledger().settle({ taskId: chargeId, costMicroUsd: 0 });
        if (await failTask(db, taskId, failure)) await tell({ status: 'failed', error, failure });
      } catch (err) {
        logger.error({ err, taskId }, 'a task that has failed could not be ended');
      }
    }
  };

/** For whom the worker charges: the task's tenant, as the mesh's own message names it. */
const chargingFor = (tenantId: string): Identity => ({
  tenantId,
  userId: 'worker',
  scopes: ['budget:write'],
});
