// Receives and processes messages as long as the service runs, so the loop has no parent span.
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { errorIds } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import { isFifo, type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { type Delivery, MAX_MESSAGES, receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { pause } from '../repeat.ts';
import { batchDeletes, DELETE_LINGER_MS } from './delete.ts';
import { FinalFailure, type Handler, type ProcessOptions, processMessage } from './process.ts';
import { ConsumerStopped } from './release.ts';

/** How long the loop pauses after a failed receive, in ms. */
const RECEIVE_RETRY_MS = 1_000;
/** How many messages are processed concurrently, by default. */
export const CONSUMER_CONCURRENCY = 32;
/**
 * The pause after a receive that was not for ten messages, or where there is no room for ten more, in ms: meanwhile others arrive or
 * end, so that the next receive is not for one message. decisions/049
 */
export const RECEIVE_LINGER_MS = 20;
/** How long the messages in flight have when the consumer is disposed, in ms; the rest is released. */
const CONSUMER_DRAIN_MS = 5_000;
/** The delay before the first retry, in s; it doubles with each attempt. */
export const RETRY_BASE_S = 1;
/** The longest delay before a retry, in s. */
export const RETRY_MAX_S = 300;

export interface ConsumeOptions extends Omit<ProcessOptions, 'signals' | 'warn' | 'deleteMessage'> {
  concurrency?: number;
  drainMs?: number;
  retryBaseSeconds?: number;
}

/** The delay before the next delivery, in s, after `attempt` (from 1) failed. */
export function retryDelay(attempt: number, base = RETRY_BASE_S): number {
  return Math.min(Math.round(base * 2 ** (attempt - 1)), RETRY_MAX_S);
}

/**
 * Consumes `queue` until disposed, and logs what `handle` rejects with. Disposing stops receiving, aborts the handlers' `stopping`
 * immediately and `signal` after `drainMs`, and waits for them; messages that are not done are released.
 */
export function consume(
  sqs: SQSClient,
  queue: Queue,
  handle: Handler,
  logger: Logger,
  options: ConsumeOptions = {},
): AsyncDisposable {
  const { concurrency = CONSUMER_CONCURRENCY, drainMs = CONSUMER_DRAIN_MS, retryBaseSeconds } = options;
  const stop = new AbortController();
  const end = new AbortController();
  const signals = { stopping: stop.signal, signal: end.signal };
  const inFlight = new Set<Promise<void>>();
  // The next message of a FIFO group is delivered after the deletion.
  const deleteMessage = batchDeletes(sqs, queue, isFifo(queue) ? 0 : DELETE_LINGER_MS);

  async function poll(): Promise<void> {
    // One message of a FIFO queue: several of one group would be processed concurrently.
    const max = Math.min(concurrency - inFlight.size, isFifo(queue) ? 1 : MAX_MESSAGES);
    if (max < 1) return void (await Promise.race(inFlight));
    const deliveries = await receiveMessages(sqs, queue, { max, signal: stop.signal });
    for (const delivery of deliveries) {
      const work = process(delivery).finally(() => inFlight.delete(work));
      inFlight.add(work);
    }
    const isFull = deliveries.length === MAX_MESSAGES && concurrency - inFlight.size >= MAX_MESSAGES;
    if (!isFifo(queue) && !isFull) await pause(RECEIVE_LINGER_MS, stop.signal);
  }

  async function process(delivery: Delivery): Promise<void> {
    const { MessageId: messageId } = delivery.message;
    const { attempt } = delivery;
    try {
      const warn = (err: unknown, what: string) => logger.warn({ err, messageId }, what);
      await processMessage(sqs, queue, delivery, handle, { ...options, signals, warn, deleteMessage });
    } catch (error) {
      if (error instanceof ConsumerStopped) {
        logger.info({ messageId, attempt }, 'released an unfinished message');
        return;
      }
      const isLast = delivery.isLast || error instanceof FinalFailure;
      const next = isLast ? 'goes to the dead letters' : 'will be delivered again';
      logger.error({ err: error, messageId, attempt, ...errorIds(error) }, `message failed, ${next}`);
      if (!isLast) await delayRetry(delivery);
    }
  }

  async function delayRetry({ message, attempt }: Delivery): Promise<void> {
    const { MessageId: messageId, ReceiptHandle } = message;
    const VisibilityTimeout = retryDelay(attempt, retryBaseSeconds);
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle,
      VisibilityTimeout,
    });
    await withoutTracing(() => sqs.send(change)).catch((err: unknown) => {
      logger.warn(
        { err, messageId },
        'delaying the retry failed, the message is visible after its visibility timeout',
      );
    });
  }

  async function loop(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await poll();
      } catch (error) {
        if (stop.signal.aborted) return;
        logger.warn({ err: error, queue: queue.name }, 'receiving from the queue failed');
        await pause(RECEIVE_RETRY_MS, stop.signal);
      }
    }
  }

  const running = withoutParent(loop);
  return {
    async [Symbol.asyncDispose]() {
      const stopped = new ConsumerStopped();
      stop.abort(stopped);
      const overdue = setTimeout(() => end.abort(stopped), drainMs);
      await running;
      await Promise.all(inFlight);
      clearTimeout(overdue);
    },
  };
}
