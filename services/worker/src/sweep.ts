// Ends abandoned tasks: a task whose worker died in its last attempt fails, and an interrupted end is completed. Several
// workers may sweep concurrently, since one statement claims a task. See decisions/007.
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { repeat } from '@trace-mesh/runtime/repeat';
import type { Deps } from './deps.ts';
import { endTask } from './end-task.ts';
import { abandonedFailure } from './failure.ts';
import { RUN_COLUMNS, type TaskOutcome, type TaskRun, toRun } from './tasks.ts';

/** A running task without an update for this long, in s, is abandoned: many times the interval of updates and of redeliveries. */
export const ABANDONED_AFTER_S = 15 * 60;
export const SWEEP_INTERVAL_MS = 60_000;
/** How many tasks one sweep claims. */
const SWEEP_BATCH = 50;

type SweepDeps = Pick<Deps, 'db' | 'redis' | 'ledger' | 'tokens' | 'logger'>;

/** Claims abandoned tasks for another `afterSeconds`; those without an outcome get this one. */
async function claimAbandoned(
  { db }: SweepDeps,
  afterSeconds: number,
  outcome: TaskOutcome,
): Promise<TaskRun[]> {
  const { rows } = await db.query(
    `UPDATE tasks SET updated_at = now(), outcome = COALESCE(outcome, $3) WHERE id IN (
       SELECT id FROM tasks
       WHERE closed_at IS NULL AND status <> 'queued' AND charge_id IS NOT NULL
         AND updated_at < now() - $1 * interval '1 second'
       ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING ${RUN_COLUMNS}`,
    [afterSeconds, SWEEP_BATCH, outcome],
  );
  return rows.map(toRun);
}

/** Ends abandoned tasks and returns how many. After an infrastructure failure, a later sweep repeats. */
export async function sweepTasks(deps: SweepDeps, afterSeconds = ABANDONED_AFTER_S): Promise<number> {
  const failure = abandonedFailure(Math.round(afterSeconds / 60)).fields;
  const claimed = await claimAbandoned(deps, afterSeconds, { failure });
  const once = <T>(step: () => Promise<T>) => step();
  let ended = 0;
  for (const run of claimed) {
    const { taskId, outcome = { failure } } = run;
    try {
      if (await endTask({ ...deps, step: once }, run, outcome)) ended += 1;
      deps.logger.warn({ taskId }, 'abandoned task ended');
    } catch (err) {
      if (!isInfrastructureFailure(err)) throw err;
      deps.logger.warn({ err, taskId }, 'ending an abandoned task failed; a later sweep will repeat it');
    }
  }
  return ended;
}

/** Sweeps until disposed. The first sweep waits `afterSeconds`, so that messages can be redelivered first. */
export function keepSweeping(
  deps: SweepDeps,
  { afterSeconds = ABANDONED_AFTER_S, intervalMs = SWEEP_INTERVAL_MS } = {},
): AsyncDisposable {
  const begin = performance.now() + afterSeconds * 1_000;
  const sweep = async () => {
    if (performance.now() >= begin) await sweepTasks(deps, afterSeconds);
  };
  return repeat(intervalMs, sweep, (err) => deps.logger.error({ err }, 'sweeping abandoned tasks failed'));
}
