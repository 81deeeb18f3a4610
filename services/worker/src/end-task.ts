// The end of a task: charge it, store it, announce it. Every step is repeatable, so a redelivery or the sweep can repeat an
// interrupted end from the start.
import { isNotReserved, type LedgerClient } from '@trace-mesh/cost-ledger/client';
import { announce } from './announce.ts';
import type { Deps } from './deps.ts';
import { closeTask, finishTask, type TaskOutcome, type TaskRun } from './tasks.ts';

/** Runs a repeatable step, and repeats it while a dependency is unavailable. */
export type Step = <T>(step: () => Promise<T>) => Promise<T>;

type Ending = Pick<Deps, 'db' | 'redis' | 'ledger' | 'tokens'> & { step: Step };

/** Ends a run. Returns false if another delivery has ended it, and announced that. */
export async function endTask(deps: Ending, run: TaskRun, outcome: TaskOutcome): Promise<boolean> {
  const { db, redis, step } = deps;
  const { taskId, tenantId, chargeId } = run;
  await step(() => settle(ledgerFor(deps, tenantId), chargeId, outcome));
  let attempts = 0;
  if (!run.ended && !(await step(() => finishTask(db, run, outcome, attempts++ > 0)))) return false;
  await step(() => announce(redis, { taskId, tenantId, ...eventOf(outcome) }));
  await step(() => closeTask(db, run));
  return true;
}

/** The ledger for a tenant. Call it for each request: a service token is valid for a minute. */
export const ledgerFor = (
  { ledger, tokens }: Pick<Deps, 'ledger' | 'tokens'>,
  tenantId: string,
): LedgerClient =>
  ledger.as(tokens.authorizationFor({ tenantId, userId: 'worker', scopes: ['budget:write'] }));

async function settle(ledger: LedgerClient, chargeId: string, outcome: TaskOutcome): Promise<void> {
  const failed = 'failure' in outcome;
  await ledger
    .settle({ taskId: chargeId, costMicroUsd: failed ? 0 : outcome.costMicroUsd })
    .catch((error: unknown) => {
      // A run can fail before its reservation; then there is nothing to release.
      if (!failed || !isNotReserved(error)) throw error;
    });
}

function eventOf(outcome: TaskOutcome) {
  if (!('failure' in outcome)) return { status: 'done' as const, ...outcome };
  const { failure } = outcome;
  return { status: 'failed' as const, error: failure.message, failure };
}
