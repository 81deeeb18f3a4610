// The first step of all work: its cost is set aside, or the request is refused.
import { isOverBudget, isTooLate, type LedgerClient } from '@trace-mesh/cost-ledger/client';
import { type CallerLimits, tooLate } from './caller-limits.ts';
import { maxCostMicroUsd } from './price.ts';
import { Problem } from './problem.ts';
import type { NewTask, PricedTask } from './tasks.ts';

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
    if (isTooLate(cause)) throw tooLate();
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', { cause });
  });
  return { ...task, reservedMicroUsd: amountMicroUsd };
}
