import { readTaskMessage, type TaskMessage } from '@trace-mesh/rest-api/messages';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { repeat } from '@trace-mesh/runtime/repeat';
import { retryInfrastructure } from '@trace-mesh/runtime/retries';
import { type Attempt, FinalFailure, type Handler } from '@trace-mesh/runtime/sqs-process';
import { redriveOf } from '@trace-mesh/runtime/sqs-redrive';
import { ConsumerStopped } from '@trace-mesh/runtime/sqs-release';
import { fromFailure } from '@trace-mesh/tracing/error-carriers';
import { announce } from '../announce.ts';
import type { Deps } from '../deps.ts';
import { endTask, ledgerFor, type Step } from '../end-task.ts';
import { failureOf } from '../failure.ts';
import {
  decideOutcome,
  findUnclosed,
  startTask,
  type TaskOutcome,
  type TaskRun,
  touchTask,
} from '../tasks.ts';

/** How often a running task updates its row, in ms: many times before the sweep considers it abandoned. */
const TOUCH_INTERVAL_MS = 30_000;

/**
 * Runs one task: calls the model, decides the outcome, ends the task. A model failure costs an attempt; after the last one
 * it is the outcome, and the message becomes a dead letter. A failure of Postgres, Redis or the ledger costs no attempt: the
 * step is repeated, and the message is released if the worker stops meanwhile.
 */
export const runTask =
  (deps: Deps): Handler =>
  async (body, attempt) => {
    const task = readTaskMessage(body);
    const { db, logger } = deps;
    const { taskId } = task;
    const step = retrying(deps, taskId, attempt);
    const ending = { ...deps, step };

    const run = await step(() => startTask(db, task, redriveOf(attempt.message)));
    if (!run) {
      const unclosed = await step(() => findUnclosed(db, task));
      if (unclosed?.outcome) await endTask(ending, unclosed, unclosed.outcome);
      logger.info({ taskId }, 'redelivered task has already ended');
      return;
    }
    const touchFailed = (err: unknown) => logger.warn({ err, taskId }, 'updating a running task failed');
    await using _ = repeat(TOUCH_INTERVAL_MS, () => touchTask(db, run), touchFailed);
    // A run with an outcome was interrupted after the decision: the model is not called again.
    const outcome = run.outcome ?? (await decide(run));
    if (!outcome) return;
    if (await endTask(ending, run, outcome)) logger.info({ taskId }, 'task ended');
    if (!('failure' in outcome)) return;
    throw new FinalFailure('the task has already failed', { cause: fromFailure(outcome.failure) });

    async function decide(run: TaskRun): Promise<TaskOutcome | undefined> {
      const answered = callModel(deps, step, task, run, attempt.signal);
      const answer = await answered.catch(async (error: unknown) => {
        if (attempt.isLast && !(error instanceof ConsumerStopped)) await giveUp(run, error);
        throw error;
      });
      return step(() => decideOutcome(db, run, answer));
    }

    async function giveUp(run: TaskRun, cause: unknown): Promise<void> {
      const failure = failureOf(cause, attempt.attempt).fields;
      try {
        const outcome = await step(() => decideOutcome(db, run, { failure }));
        if (outcome) await endTask(ending, run, outcome);
      } catch (err) {
        if (err instanceof ConsumerStopped) throw err;
        logger.error({ err, taskId }, 'ending a failed task failed; the sweep will repeat it');
      }
    }
  };

async function callModel(
  { redis, model, logger, ...deps }: Deps,
  step: Step,
  { prompt, maxTokens, mode }: TaskMessage,
  { taskId, tenantId, chargeId, reservedMicroUsd }: TaskRun,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  if (chargeId !== taskId) {
    const charge = { tenantId, taskId: chargeId, amountMicroUsd: reservedMicroUsd };
    await step(() => ledgerFor(deps, tenantId).reserve(charge));
  }
  await step(() => announce(redis, { taskId, tenantId, status: 'running' }));
  // Not repeated: the next partial answer, or the whole one, contains this one.
  const onText = async (soFar: string) => {
    await announce(redis, { taskId, tenantId, status: 'running', result: soFar }).catch((err: unknown) => {
      if (!isInfrastructureFailure(err)) throw err;
      logger.warn({ err, taskId }, 'publishing a partial answer failed');
    });
  };
  const { text, costMicroUsd } = await model.ask({ prompt, maxTokens, mode, onText, signal });
  return { result: text, costMicroUsd };
}

/** Repeats a step while a dependency is unavailable, and logs once for each step that had to wait. */
function retrying({ logger }: Deps, taskId: string, { stopping }: Pick<Attempt, 'stopping'>): Step {
  const waiting = (err: Error) => logger.warn({ err, taskId }, 'task waits for an unavailable dependency');
  return (step) => retryInfrastructure(step, { stopping, waiting });
}
