-- Up Migration

-- Amounts of money are integer micro-USD; a bigint holds nine trillion dollars.

CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text,
  prompt text NOT NULL,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed')),
  result text,
  error text,
  reserved_micro_usd bigint NOT NULL,
  cost_micro_usd bigint,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Messages to send, written in the same transaction as the rows that they announce, with the trace context of that work.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text NOT NULL,
  body jsonb NOT NULL,
  trace_context jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at timestamptz
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;

CREATE TABLE budgets (
  tenant_id text PRIMARY KEY,
  limit_micro_usd bigint NOT NULL,
  reserved_micro_usd bigint NOT NULL DEFAULT 0 CHECK (reserved_micro_usd >= 0),
  spent_micro_usd bigint NOT NULL DEFAULT 0 CHECK (spent_micro_usd >= 0)
);

-- One reservation for each task: to reserve or settle it again changes nothing.
CREATE TABLE reservations (
  task_id uuid PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES budgets,
  reserved_micro_usd bigint NOT NULL CHECK (reserved_micro_usd >= 0),
  settled_micro_usd bigint CHECK (settled_micro_usd >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz
);

-- Down Migration

DROP TABLE reservations, budgets, outbox, tasks;
