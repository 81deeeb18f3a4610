// The first step of all work: its cost is set aside, or the request is refused.
import type { Identity } from '@trace-mesh/access/caller';
import { isOverBudget, isTaken, isTooLate } from '@trace-mesh/cost-ledger/client';
import type { Deps } from './app.ts';
import { type CallerLimits, tooLate } from './caller-limits.ts';
import { maxCostMicroUsd } from './price.ts';
import { Problem } from './problem.ts';
import type { NewTask, PricedTask } from './tasks.ts';

/**
 * Sets the most that the task can cost aside (gRPC), for `identity`. Throws a `Problem`: 402 where the budget, or the
 * token's cost limit, does not hold it, 409 where the task's id is another tenant's, 504 when the caller's time is up.
 */
export async function reserveFor(
  { ledger, tokens }: Pick<Deps, 'ledger' | 'tokens'>,
  identity: Identity,
  task: NewTask & { taskId: string },
  { signal, timeoutMs }: CallerLimits,
): Promise<PricedTask> {
  const { tenantId, userId } = identity;
  const { taskId } = task;
  const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
  const reservation = { tenantId, taskId, amountMicroUsd };
  const deadline = Date.now() + timeoutMs();
  const mine = ledger.as(tokens.authorizationFor({ ...identity, scopes: ['budget:write'] }));
  await mine.reserve(reservation, { signal, deadline }).catch((cause: unknown) => {
    signal.throwIfAborted();
    if (isTooLate(cause)) throw tooLate();
    if (isTaken(cause)) throw new Problem(409, 'id taken', 'choose another id: this one is taken', { cause });
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', { cause });
  });
  return { ...task, tenantId, userId, reservedMicroUsd: amountMicroUsd };
}
