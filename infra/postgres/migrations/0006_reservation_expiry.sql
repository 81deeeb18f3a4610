-- Up Migration

-- A reservation that nobody settles is given back then: its caller died before it could make use of it.
ALTER TABLE reservations ADD COLUMN expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours';
-- When it was given back. It is open no more, and is not settled either: the real cost may still be booked.
ALTER TABLE reservations ADD COLUMN expired_at timestamptz;
CREATE INDEX reservations_open ON reservations (expires_at) WHERE settled_micro_usd IS NULL AND expired_at IS NULL;

-- Down Migration

DROP INDEX reservations_open;
ALTER TABLE reservations DROP COLUMN expired_at, DROP COLUMN expires_at;
