-- Up Migration

-- When a reservation that was not settled is released: its caller died before it settled.
ALTER TABLE reservations ADD COLUMN expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours';
-- When it was released. It is then neither open nor settled: its cost may still be recorded.
ALTER TABLE reservations ADD COLUMN expired_at timestamptz;
CREATE INDEX reservations_open ON reservations (expires_at) WHERE settled_micro_usd IS NULL AND expired_at IS NULL;

-- Down Migration

DROP INDEX reservations_open;
ALTER TABLE reservations DROP COLUMN expired_at, DROP COLUMN expires_at;
