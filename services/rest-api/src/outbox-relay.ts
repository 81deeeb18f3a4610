// Moves outbox rows to SQS, each in the context of the work that wrote it. The row is locked, sent, then marked: a crash
// in between sends it again (at least once), two relays at work never take the same row.
import { setTimeout as wait } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { extractContext, runInContext } from '@trace-mesh/tracing/carrier';
import { withLinkedRoot } from '@trace-mesh/tracing/links';
import type { Logger } from '@trace-mesh/tracing/logger';
import { type Database, transaction } from '@trace-mesh/tracing/postgres';
import { atRoot } from '@trace-mesh/tracing/span';
import { type Queue, sendMessage } from '@trace-mesh/tracing/sqs';

/** How long the relay rests when it has found nothing, or has failed, in ms. A new row wakes it earlier. */
export const RELAY_INTERVAL_MS = 1_000;
/** How many rows are taken at once. */
export const RELAY_BATCH = 10;

export interface OutboxRelay extends AsyncDisposable {
  /** There is something to send: do not wait for the interval. */
  wake(): void;
}

export function startOutboxRelay(db: Database, sqs: SQSClient, queue: Queue, logger: Logger): OutboxRelay {
  const stop = new AbortController();
  let rest = new AbortController();

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      rest = new AbortController();
      const sent = await relayBatch(db, sqs, queue).catch((error: unknown) => {
        logger.error({ err: error }, 'the outbox could not be relayed');
        return 0;
      });
      const awakened = AbortSignal.any([rest.signal, stop.signal]);
      if (sent === 0) await wait(RELAY_INTERVAL_MS, undefined, { signal: awakened }).catch(() => undefined);
    }
  }

  const running = atRoot(loop);
  return {
    wake: () => rest.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

/** Sends up to `RELAY_BATCH` rows; answers how many. */
async function relayBatch(db: Database, sqs: SQSClient, queue: Queue): Promise<number> {
  return transaction(db, async (tx) => {
    const { rows } = await tx.query(
      `SELECT id, body, trace_context, relation FROM outbox WHERE sent_at IS NULL AND queue = $1
       ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [queue.name, RELAY_BATCH],
    );
    if (rows.length === 0) return 0;
    for (const row of rows) {
      const stored = extractContext(row.trace_context);
      const send = () => sendMessage(sqs, queue, row.body);
      await (row.relation === 'link'
        ? withLinkedRoot('start job', stored, {}, send)
        : runInContext(stored, send));
    }
    await tx.query('UPDATE outbox SET sent_at = now() WHERE id = ANY($1)', [rows.map((row) => row.id)]);
    return rows.length;
  });
}
