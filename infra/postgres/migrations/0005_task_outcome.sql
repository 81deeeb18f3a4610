-- Up Migration

-- How the current run of a task has ended, decided once: {"result": …, "costMicroUsd": …} or {"failure": …}. What follows
-- from it (the charge, the state, the news) may be cut off at any point and is then taken up from here.
ALTER TABLE tasks ADD COLUMN outcome jsonb;
-- When all that follows had been done.
ALTER TABLE tasks ADD COLUMN closed_at timestamptz;
-- The redrive that has sent the failed task again last: by that one it is not run a second time.
ALTER TABLE tasks ADD COLUMN redrive_id text;
UPDATE tasks SET closed_at = updated_at WHERE status IN ('done', 'failed');
CREATE INDEX tasks_open ON tasks (updated_at) WHERE closed_at IS NULL AND status <> 'queued';

-- Down Migration

DROP INDEX tasks_open;
ALTER TABLE tasks DROP COLUMN redrive_id, DROP COLUMN closed_at, DROP COLUMN outcome;
