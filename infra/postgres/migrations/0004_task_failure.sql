-- Up Migration

-- Why a task failed, with its origin: code, message, service, trace and span (`ErrorFields` of the tracing package).
-- SQS moves a message to the dead letters unchanged, so the error of a dead letter is read from here.
ALTER TABLE tasks ADD COLUMN failure jsonb;

-- Down Migration

ALTER TABLE tasks DROP COLUMN failure;
