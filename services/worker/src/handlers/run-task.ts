import { readTaskMessage, type TaskMessage } from '@trace-mesh/rest-api/messages';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { retryInfrastructure } from '@trace-mesh/runtime/retries';
import { type Attempt, FinalFailure, type Handler } from '@trace-mesh/runtime/sqs-process';
import { redriveOf } from '@trace-mesh/runtime/sqs-redrive';
import { ConsumerStopped } from '@trace-mesh/runtime/sqs-release';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { announce } from '../announce.ts';
import type { Deps } from '../deps.ts';
import { endTask, type Step } from '../end-task.ts';
import { failureOf } from '../failure.ts';
import { keepTouched } from '../keep-touched.ts';
import { ledgerOf } from '../ledger-of.ts';
import { decideOutcome, findUnclosed, startTask, type TaskOutcome, type TaskRun } from '../tasks.ts';

/**
 * Runs one task: ask the model, decide the outcome, end it. A model that fails costs an attempt, and after the last one the
 * outcome is the failure: the message goes to the dead letters, and whoever waits for the task hears of it. Postgres, Redis
 * and the ledger are waited for instead; when the worker has to stop meanwhile, the message is handed back.
 */
export const runTask =
  (deps: Deps): Handler =>
  async (body, attempt) => {
    const task = readTaskMessage(body);
    const { db, logger } = deps;
    const { taskId } = task;
    const step = patiently(deps, taskId, attempt);
    const ending = { ...deps, step };

    const run = await step(() => startTask(db, task, redriveOf(attempt.message)));
    if (!run) {
      const unclosed = await step(() => findUnclosed(db, task));
      if (unclosed?.outcome) await endTask(ending, unclosed, unclosed.outcome);
      logger.info({ taskId }, 'a task that has ended was delivered again');
      return;
    }
    await using _ = keepTouched(deps, run);
    // The run that decided was cut off before its end: nothing is asked a second time.
    if (run.outcome) return await end(run, run.outcome);
    let answer: TaskOutcome;
    try {
      answer = await askModel(deps, step, task, run, attempt.signal);
    } catch (error) {
      if (attempt.isLast && !(error instanceof ConsumerStopped)) await giveUp(run, error);
      throw error;
    }
    const decided = await step(() => decideOutcome(db, run, answer));
    if (decided) await end(run, decided);

    async function end(ended: TaskRun, outcome: TaskOutcome): Promise<void> {
      if (await endTask(ending, ended, outcome)) logger.info({ taskId }, 'a task has ended');
      if (!('failure' in outcome)) return;
      throw new FinalFailure('this task had failed before', { cause: fromFailure(outcome.failure) });
    }

    async function giveUp(failed: TaskRun, cause: unknown): Promise<void> {
      const failure = failureOf(cause, attempt.attempt).fields;
      try {
        const outcome = await step(() => decideOutcome(db, failed, { failure }));
        if (outcome) await endTask(ending, failed, outcome);
      } catch (err) {
        if (err instanceof ConsumerStopped) throw err;
        logger.error({ err, taskId }, 'a task that has failed could not be ended; the sweep will');
      }
    }
  };

async function askModel(
  { redis, model, logger, ...deps }: Deps,
  step: Step,
  { prompt, maxTokens, mode }: TaskMessage,
  { taskId, tenantId, chargeId, reservedMicroUsd }: TaskRun,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  if (chargeId !== taskId) {
    const charge = { tenantId, taskId: chargeId, amountMicroUsd: reservedMicroUsd };
    await step(() => ledgerOf(deps, tenantId).reserve(charge));
  }
  await step(() => announce(redis, { taskId, tenantId, status: 'running' }));
  // The model does not wait: a piece that cannot be told is part of the whole that will be.
  const onText = async (soFar: string) => {
    await announce(redis, { taskId, tenantId, status: 'running', result: soFar }).catch((err: unknown) => {
      if (!isInfrastructureFailure(err)) throw err;
      logger.warn({ err, taskId }, 'a piece of an answer could not be told');
    });
  };
  const { text, costMicroUsd } = await model.ask({ prompt, maxTokens, mode, onText, signal });
  return { result: text, costMicroUsd };
}

/** Steps that wait for Postgres, Redis and the ledger; the log tells once for each step that has to. */
function patiently({ logger }: Deps, taskId: string, { stopping }: Pick<Attempt, 'stopping'>): Step {
  const waiting = (err: Error) => logger.warn({ err, taskId }, 'a task waits for what is out of reach');
  return (step) => retryInfrastructure(step, { stopping, waiting });
}
