// Reserves the cost of a task before it is stored.
import type { Identity } from '@trace-mesh/access/caller';
import { Problem } from '@trace-mesh/access/problem';
import { isOverBudget, isTaken, isTooLate } from '@trace-mesh/cost-ledger/client';
import type { Deadline } from '@trace-mesh/runtime/deadline';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { MODEL_PRICES } from '@trace-mesh/tracing/bedrock-cost';
import { deadlineExceeded } from './deadline.ts';
import type { Deps } from './deps.ts';
import { TASK_PROBLEMS } from './problems.ts';
import type { NewTask, PricedTask } from './tasks.ts';

/** If the caller has at most this much time left, in ms, an exceeded gRPC deadline was the caller's and not our own. */
const DEADLINE_SLACK_MS = 50;
/** Fewer than the usual four, so that the estimate is an upper bound. */
const CHARACTERS_PER_TOKEN = 3;

/** An upper bound in integer micro-USD: every token at the highest price of any model. */
function maxCostMicroUsd(prompt: string, maxTokens: number): number {
  const prices = Object.values(MODEL_PRICES);
  const input = Math.max(...prices.map((price) => price.input));
  const output = Math.max(...prices.map((price) => price.output));
  return Math.ceil((prompt.length / CHARACTERS_PER_TOKEN) * input + maxTokens * output);
}

/**
 * Reserves the highest possible cost of the task (gRPC). Throws a `Problem`: 402 above the budget or the token's cost limit, 409
 * if another tenant has a task with this id, 504 when the caller's time is up.
 */
export async function reserveFor(
  { ledger, tokens }: Pick<Deps, 'ledger' | 'tokens'>,
  identity: Identity,
  task: NewTask & { taskId: string },
  deadline: Deadline,
): Promise<PricedTask> {
  const { tenantId, userId } = identity;
  const { taskId } = task;
  const amountMicroUsd = maxCostMicroUsd(task.prompt, task.maxTokens);
  const client = ledger.as(authorize(tokens, identity));
  await client.reserve({ tenantId, taskId, amountMicroUsd }, deadline).catch((cause: unknown) => {
    deadline.signal.throwIfAborted();
    if (isTooLate(cause) && deadline.timeoutMs() <= DEADLINE_SLACK_MS) throw deadlineExceeded();
    if (isTaken(cause))
      throw new Problem(TASK_PROBLEMS.idTaken, 'this id is taken (choose another one)', { cause });
    if (!isOverBudget(cause)) throw cause;
    throw new Problem(TASK_PROBLEMS.overBudget, "the tenant's budget is too small for this task", { cause });
  });
  return { ...task, tenantId, userId, reservedMicroUsd: amountMicroUsd };
}

/**
 * Stores a priced task, and releases its reservation if that fails. After an infrastructure failure the task may have been
 * stored, so the reservation stays until it expires.
 */
export async function storeReserved(
  { ledger, tokens, logger }: Pick<Deps, 'ledger' | 'tokens' | 'logger'>,
  { taskId, ...owner }: PricedTask,
  store: () => Promise<unknown>,
): Promise<void> {
  try {
    await store();
  } catch (error) {
    if (!isInfrastructureFailure(error)) {
      const client = ledger.as(authorize(tokens, owner));
      await client.settle({ taskId, costMicroUsd: 0 }).catch((err: unknown) => {
        logger.warn({ err, taskId }, 'releasing a reservation failed; it will expire');
      });
    }
    throw error;
  }
}

/** The `Authorization` for the ledger: for this owner, up to its cost limit, with one scope. */
const authorize = (
  tokens: Deps['tokens'],
  { tenantId, userId, costLimitMicroUsd }: Pick<Identity, 'tenantId' | 'userId' | 'costLimitMicroUsd'>,
): string => tokens.authorizationFor({ tenantId, userId, costLimitMicroUsd, scopes: ['budget:write'] });
