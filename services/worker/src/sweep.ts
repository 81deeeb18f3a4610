// No task is stuck: one whose worker died in its last attempt ends as failed, and an end that was cut off is brought to its
// own. Any number of workers may sweep: one statement decides who takes a task. See decisions/007.
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { repeat } from '@trace-mesh/runtime/repeat';
import type { Deps } from './deps.ts';
import { endTask } from './end-task.ts';
import { abandonedFailure } from './failure.ts';
import { RUN_COLUMNS, type TaskOutcome, type TaskRun, toRun } from './tasks.ts';

/** For how many s nobody may have touched a task: many times what a touch, a redelivery and the longest wait take. */
export const ABANDONED_AFTER_S = 15 * 60;
/** How often abandoned tasks are looked for, in ms. */
export const SWEEP_INTERVAL_MS = 60_000;
/** How many one sweep takes. */
const SWEEP_BATCH = 50;

type SweepDeps = Pick<Deps, 'db' | 'redis' | 'ledger' | 'tokens' | 'logger'>;

/** Takes abandoned tasks, so that nobody else does for as long again; those without an outcome get this one. */
async function takeAbandoned(
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

/** Ends the tasks that nobody has touched for so long; answers how many. What is out of reach is tried by a later sweep. */
export async function sweepTasks(deps: SweepDeps, afterSeconds = ABANDONED_AFTER_S): Promise<number> {
  const failure = abandonedFailure(Math.round(afterSeconds / 60)).fields;
  const taken = await takeAbandoned(deps, afterSeconds, { failure });
  const once = <T>(step: () => Promise<T>) => step();
  let ended = 0;
  for (const run of taken) {
    const { taskId, outcome = { failure } } = run;
    try {
      if (await endTask({ ...deps, step: once }, run, outcome)) ended += 1;
      deps.logger.warn({ taskId }, 'an abandoned task was ended');
    } catch (err) {
      if (!isInfrastructureFailure(err)) throw err;
      deps.logger.warn({ err, taskId }, 'an abandoned task could not be ended and will be later');
    }
  }
  return ended;
}

/** Sweeps now and then until disposed; for the first time when a message had as long as a task to come again. */
export function keepSweeping(
  deps: SweepDeps,
  { afterSeconds = ABANDONED_AFTER_S, intervalMs = SWEEP_INTERVAL_MS } = {},
): AsyncDisposable {
  const begin = performance.now() + afterSeconds * 1_000;
  const sweep = async () => {
    if (performance.now() >= begin) await sweepTasks(deps, afterSeconds);
  };
  return repeat(intervalMs, sweep, (err) =>
    deps.logger.error({ err }, 'a sweep over abandoned tasks failed'),
  );
}
