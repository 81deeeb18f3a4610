-- Up Migration

-- The trace in which the work on a task began: its submitter's for a task, a new one for a job.
ALTER TABLE tasks ADD COLUMN trace_id text;
-- The reservation of this run. A failed task that is run again (redrive) gets a new one: its first is settled.
ALTER TABLE tasks ADD COLUMN charge_id uuid;

-- 'link': the message starts a new trace that links to the stored context, instead of continuing its trace.
ALTER TABLE outbox ADD COLUMN relation text NOT NULL DEFAULT 'parent' CHECK (relation IN ('parent', 'link'));
-- A row that the queue refused is not sent again before `not_before`, so that it does not delay the others.
ALTER TABLE outbox ADD COLUMN attempts int NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN not_before timestamptz NOT NULL DEFAULT now();

CREATE TABLE batches (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE tasks ADD COLUMN batch_id uuid REFERENCES batches;
ALTER TABLE tasks ADD COLUMN batch_index int;
CREATE UNIQUE INDEX tasks_batch ON tasks (batch_id, batch_index) WHERE batch_id IS NOT NULL;

-- A job is a task that runs in a new trace; `submitter` is the context of the request that created it.
CREATE TABLE jobs (
  id uuid PRIMARY KEY REFERENCES tasks,
  submitter jsonb NOT NULL
);

-- Down Migration

DROP TABLE jobs;
ALTER TABLE tasks DROP COLUMN batch_index, DROP COLUMN batch_id, DROP COLUMN charge_id, DROP COLUMN trace_id;
DROP TABLE batches;
ALTER TABLE outbox DROP COLUMN not_before, DROP COLUMN attempts, DROP COLUMN relation;
