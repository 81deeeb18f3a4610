// The first step of all work: its cost is set aside, or the request is refused.
import type { Identity } from '@trace-mesh/access/caller';
import { isOverBudget, isTaken, isTooLate } from '@trace-mesh/cost-ledger/client';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { type CallerLimits, tooLate } from './caller-limits.ts';
import type { Deps } from './deps.ts';
import { maxCostMicroUsd } from './price.ts';
import { Problem } from './problem.ts';
import type { NewTask, PricedTask } from './tasks.ts';

/** With no more than this left of a caller's time, in ms, a deadline that passed was the caller's and not our own. */
const DEADLINE_SLACK_MS = 50;

/**
 * Sets the most that the task can cost aside (gRPC), for `identity`. Throws a `Problem`: 402 where the budget, or the
 * token's cost limit, does not hold it, 409 where the task's id is another tenant's, 504 when the caller's time is up.
 */
export async function reserveFor(
  { ledger, tokens }: Pick<Deps, 'ledger' | 'tokens'>,
  identity: Identity,
  task: NewTask & { taskId: string },
  limits: CallerLimits,
): Promise<PricedTask> {
  const { tenantId, userId } = identity;
  const { taskId } = task;
  const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
  const reservation = { tenantId, taskId, amountMicroUsd };
  const mine = ledger.as(chargingFor(tokens, identity));
  await mine.reserve(reservation, limits).catch((cause: unknown) => {
    limits.signal.throwIfAborted();
    if (isTooLate(cause) && limits.timeoutMs() <= DEADLINE_SLACK_MS) throw tooLate();
    if (isTaken(cause)) throw new Problem(409, 'id taken', 'choose another id: this one is taken', { cause });
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(402, 'over budget', 'the budget of this tenant does not hold the task', { cause });
  });
  return { ...task, tenantId, userId, reservedMicroUsd: amountMicroUsd };
}

/**
 * Stores what a cost was set aside for. What cannot be stored gives its money back; only where the database went out of
 * reach nobody knows whether it is stored, and the reservation stays until it expires.
 */
export async function storeReserved(
  { ledger, tokens, logger }: Pick<Deps, 'ledger' | 'tokens' | 'logger'>,
  { taskId, ...owner }: PricedTask,
  store: () => Promise<void>,
): Promise<void> {
  try {
    await store();
  } catch (error) {
    if (!isInfrastructureFailure(error)) {
      const mine = ledger.as(chargingFor(tokens, owner));
      await mine.settle({ taskId, costMicroUsd: 0 }).catch((err: unknown) => {
        logger.warn({ err, taskId }, 'a reservation could not be given back and will expire');
      });
    }
    throw error;
  }
}

/** What rest-api says to the ledger: for whom it asks, up to which limit, and that this is about money alone. */
const chargingFor = (
  tokens: Deps['tokens'],
  { tenantId, userId, costLimitMicroUsd }: Pick<Identity, 'tenantId' | 'userId' | 'costLimitMicroUsd'>,
): string => tokens.authorizationFor({ tenantId, userId, costLimitMicroUsd, scopes: ['budget:write'] });
