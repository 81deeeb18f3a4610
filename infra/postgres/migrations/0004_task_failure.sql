-- Up Migration

-- Why a task failed, with its origin: code, message, service, trace and span (`ErrorFields` of the tracing package).
-- SQS moves the message to the dead letters as it is, so this is where the error of a dead letter is found.
ALTER TABLE tasks ADD COLUMN failure jsonb;

-- Down Migration

ALTER TABLE tasks DROP COLUMN failure;
