-- Up Migration

-- How the current run of a task ended, written once: {"result": …, "costMicroUsd": …} or {"failure": …}. The steps that follow
-- (charge, state, announcement) may be interrupted at any point; they are then resumed from this column.
ALTER TABLE tasks ADD COLUMN outcome jsonb;
-- When those steps were complete.
ALTER TABLE tasks ADD COLUMN closed_at timestamptz;
-- The last redrive that sent the failed task again: the same redrive does not run it a second time.
ALTER TABLE tasks ADD COLUMN redrive_id text;
UPDATE tasks SET closed_at = updated_at WHERE status IN ('done', 'failed');
CREATE INDEX tasks_open ON tasks (updated_at) WHERE closed_at IS NULL AND status <> 'queued';

-- Down Migration

DROP INDEX tasks_open;
ALTER TABLE tasks DROP COLUMN redrive_id, DROP COLUMN closed_at, DROP COLUMN outcome;
