// The first step of all work: its cost is set aside, or the request is refused.
import { isOverBudget, isTooLate, type LedgerClient } from '@trace-mesh/cost-ledger/client';
import { isInfrastructureFailure } from '@trace-mesh/tracing/infrastructure';
import type { Logger } from '@trace-mesh/tracing/logger';
import { type CallerLimits, tooLate } from './caller-limits.ts';
import { maxCostMicroUsd } from './price.ts';
import { Problem } from './problem.ts';
import type { NewTask, PricedTask } from './tasks.ts';

/** With no more than this left of a caller's time, in ms, a deadline that passed was the caller's and not our own. */
export const DEADLINE_SLACK_MS = 50;

/** Sets the most that the task can cost aside (gRPC). Throws a `Problem`: 402 where the budget does not hold it, 504 when the caller's time is up. */
export async function reserveFor(
  ledger: LedgerClient,
  task: NewTask & { taskId: string },
  { signal, timeoutMs }: CallerLimits,
): Promise<PricedTask> {
  const { tenantId, taskId } = task;
  const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
  const reservation = { tenantId, taskId, amountMicroUsd };
  const deadline = Date.now() + timeoutMs();
  await ledger.reserve(reservation, { signal, deadline }).catch((cause: unknown) => {
    signal.throwIfAborted();
    if (isTooLate(cause) && timeoutMs() <= DEADLINE_SLACK_MS) throw tooLate();
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', { cause });
  });
  return { ...task, reservedMicroUsd: amountMicroUsd };
}

/**
 * Stores what a cost was set aside for. What cannot be stored gives its money back; only where the database went out of
 * reach nobody knows whether it is stored, and the reservation stays until it expires.
 */
export async function storeReserved(
  { ledger, logger }: { ledger: LedgerClient; logger: Logger },
  taskId: string,
  store: () => Promise<void>,
): Promise<void> {
  try {
    await store();
  } catch (error) {
    if (!isInfrastructureFailure(error)) {
      await ledger.settle({ taskId, costMicroUsd: 0 }).catch((err: unknown) => {
        logger.warn({ err, taskId }, 'a reservation could not be given back and will expire');
      });
    }
    throw error;
  }
}
