// All that follows from the outcome of a run: it is charged, stored, told. Each step may be repeated, so whoever finds an end
// that was cut off (a redelivery, the sweep) begins here again.
import { isNotReserved, type LedgerClient } from '@trace-mesh/cost-ledger/client';
import { announce } from './announce.ts';
import type { Deps } from './deps.ts';
import { ledgerOf } from './ledger-of.ts';
import { closeTask, finishTask, type TaskOutcome, type TaskRun } from './tasks.ts';

/** Runs one step that can be repeated, again and again while what it needs is out of reach. */
export type Step = <T>(step: () => Promise<T>) => Promise<T>;

type Ending = Pick<Deps, 'db' | 'redis' | 'ledger' | 'tokens'> & { step: Step };

/** Ends a run. False when another delivery has ended it meanwhile: that one tells. */
export async function endTask(deps: Ending, run: TaskRun, outcome: TaskOutcome): Promise<boolean> {
  const { db, redis, step } = deps;
  const { taskId, tenantId, chargeId } = run;
  await step(() => settle(ledgerOf(deps, tenantId), chargeId, outcome));
  if (!run.ended && !(await step(() => finishTask(db, run, outcome)))) return false;
  await step(() => announce(redis, { taskId, tenantId, ...eventOf(outcome) }));
  await step(() => closeTask(db, run));
  return true;
}

async function settle(ledger: LedgerClient, chargeId: string, outcome: TaskOutcome): Promise<void> {
  const failed = 'failure' in outcome;
  await ledger
    .settle({ taskId: chargeId, costMicroUsd: failed ? 0 : outcome.costMicroUsd })
    .catch((error: unknown) => {
      // A run may fail before anything was set aside for it: then there is nothing to give back.
      if (!failed || !isNotReserved(error)) throw error;
    });
}

function eventOf(outcome: TaskOutcome) {
  if (!('failure' in outcome)) return { status: 'done' as const, ...outcome };
  const { failure } = outcome;
  return { status: 'failed' as const, error: failure.message, failure };
}
