import { repeat } from '@trace-mesh/runtime/repeat';
import type { Deps } from './deps.ts';
import { type TaskRun, touchTask } from './tasks.ts';

/** How often a task that is being worked on says so in its row, in ms: many times before the sweep takes it for abandoned. */
const TOUCH_INTERVAL_MS = 30_000;

/** Keeps the sweep away from a task until disposed. */
export function keepTouched({ db, logger }: Pick<Deps, 'db' | 'logger'>, run: TaskRun): AsyncDisposable {
  const failed = (err: unknown) => logger.warn({ err, taskId: run.taskId }, 'a task could not be touched');
  return repeat(TOUCH_INTERVAL_MS, () => touchTask(db, run), failed);
}
