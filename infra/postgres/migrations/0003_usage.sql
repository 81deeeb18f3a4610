-- Up Migration

-- The usage of each model call, as its caller reports it. The caller chooses the id, so that a report can be repeated.
CREATE TABLE usage_records (
  id uuid PRIMARY KEY,
  task_id uuid NOT NULL REFERENCES reservations,
  model text NOT NULL,
  input_tokens bigint NOT NULL CHECK (input_tokens >= 0),
  output_tokens bigint NOT NULL CHECK (output_tokens >= 0),
  cost_micro_usd bigint NOT NULL CHECK (cost_micro_usd >= 0),
  recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX usage_records_task ON usage_records (task_id);

-- Down Migration

DROP TABLE usage_records;
