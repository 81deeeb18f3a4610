// The first step of all work: its cost is set aside, or the request is refused.
import { isOverBudget, type LedgerClient } from '@trace-mesh/cost-ledger/client';
import { maxCostMicroUsd } from './price.ts';
import { Problem } from './problem.ts';
import type { NewTask, PricedTask } from './tasks.ts';

/** Sets the most that the task can cost aside (gRPC). Throws a `Problem` 402 where the budget does not hold it. */
export async function reserveFor(
  ledger: LedgerClient,
  task: NewTask & { taskId: string },
): Promise<PricedTask> {
  const { tenantId, taskId } = task;
  const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
  await ledger.reserve({ tenantId, taskId, amountMicroUsd }).catch((cause: unknown) => {
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', { cause });
  });
  return { ...task, reservedMicroUsd: amountMicroUsd };
}
