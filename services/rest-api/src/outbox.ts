// Sends outbox rows to SQS, each in the context of the request that wrote it. Rows are locked, sent, then marked: a crash before
// the commit sends them again (at least once), and concurrent relays take different rows.
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from '@opentelemetry/api';
import { isInfrastructureFailure } from '@trace-mesh/runtime/infrastructure';
import { type Database, transaction } from '@trace-mesh/runtime/postgres';
import { extractContext } from '@trace-mesh/tracing/carrier';
import { linkedRoot } from '@trace-mesh/tracing/links';
import type { Logger } from '@trace-mesh/tracing/logger';
import { startSpan } from '@trace-mesh/tracing/span';
import type { Queue } from '@trace-mesh/tracing/sqs';
import { sendBatch } from '@trace-mesh/tracing/sqs-batch';

/** How many rows one run sends: several requests to SQS, of ten messages each, share its statements. */
export const RELAY_BATCH = 50;
/** The longest wait before a refused row is sent again, in s; the first wait is 1 s, and each next one is twice as long. */
const REFUSED_WAIT_MAX_S = 300;

interface Row {
  id: string;
  body: Record<string, unknown>;
  trace_context: unknown;
  relation: 'parent' | 'link';
}

/** Sends up to `RELAY_BATCH` rows and marks the sent ones; returns how many. */
export async function relayOutbox(
  db: Database,
  sqs: SQSClient,
  queue: Queue,
  logger: Logger,
): Promise<number> {
  return transaction(db, async (tx) => {
    const { rows } = await tx.query<Row>(
      `SELECT id, body, trace_context, relation FROM outbox
       WHERE sent_at IS NULL AND not_before <= now() AND queue = $1
       ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [queue.name, RELAY_BATCH],
    );
    if (rows.length === 0) return 0;
    const entries = rows.map((row) => ({ body: row.body, parent: contextOf(row) }));
    const { sent, refused, refusal, outage } = sortRows(rows, await sendBatch(sqs, queue, entries));
    if (outage && sent.length + refused.length === 0) throw outage;
    await tx.query('UPDATE outbox SET sent_at = now() WHERE id = ANY($1)', [sent]);
    if (refused.length === 0) return sent.length;
    await tx.query(
      `UPDATE outbox SET attempts = attempts + 1,
         not_before = now() + LEAST(power(2, attempts), $2) * interval '1 second'
       WHERE id = ANY($1)`,
      [refused, REFUSED_WAIT_MAX_S],
    );
    logger.error({ err: refusal, rows: refused }, 'the queue refused messages; they will be sent again');
    return sent.length;
  });
}

/** The ids of rows that were sent and that were refused, with a reason. An unreachable queue has refused no row: it gets no longer wait. */
function sortRows(rows: readonly Row[], outcomes: readonly PromiseSettledResult<string>[]) {
  const sorted = { sent: [] as string[], refused: [] as string[], refusal: undefined as unknown };
  let outage: unknown;
  for (const [index, { id }] of rows.entries()) {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') sorted.sent.push(id);
    else if (isInfrastructureFailure(outcome.reason)) outage = outcome.reason;
    else {
      sorted.refused.push(id);
      sorted.refusal = outcome.reason;
    }
  }
  return { ...sorted, outage };
}

/** The parent of the message: the context of the request that wrote the row, or the root of a new trace that links to it. */
function contextOf({ trace_context, relation }: Row): Context {
  const stored = extractContext(trace_context);
  if (relation === 'parent') return stored;
  const { span, ctx } = startSpan('start job', linkedRoot(stored));
  span.end();
  return ctx;
}
