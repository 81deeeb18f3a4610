// The loop around `receiveMessages` and `processMessage`: it lives as long as the service, so it starts from the root.
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { errorIds } from '@trace-mesh/tracing/errors';
import type { Logger } from '@trace-mesh/tracing/logger';
import { withoutParent } from '@trace-mesh/tracing/span';
import { isFifo, type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { type Delivery, MAX_MESSAGES, receiveMessages } from '@trace-mesh/tracing/sqs-receive';
import { pause } from '../repeat.ts';
import { FinalFailure, type Handler, type ProcessOptions, processMessage } from './process.ts';
import { ConsumerStopped } from './release.ts';

/** How long the loop pauses after a failed receive, in ms. */
const RECEIVE_RETRY_MS = 1_000;
/** How many messages are worked on at once. */
const CONSUMER_CONCURRENCY = 10;
/** How long the messages in hand have to end when the consumer is disposed, in ms; the rest is then handed back. */
const CONSUMER_DRAIN_MS = 5_000;
/** A message that failed comes back after this many s, twice as many the next time, and so on. */
export const RETRY_BASE_S = 1;
/** But never after more than this. */
export const RETRY_MAX_S = 300;

export interface ConsumeOptions extends Omit<ProcessOptions, 'signals' | 'warn'> {
  concurrency?: number;
  drainMs?: number;
  retryBaseSeconds?: number;
}

/** After how many s a message that failed at this attempt is delivered again. */
export function retryDelay(attempt: number, base = RETRY_BASE_S): number {
  return Math.min(Math.round(base * 2 ** (attempt - 1)), RETRY_MAX_S);
}

/**
 * Consumes `queue` until disposed. Disposing stops receiving at once and waits for the messages in hand: work that waits is
 * told to stop immediately, all other work after `drainMs`, and what is not done is handed back. A rejecting `handle` is
 * logged here and nowhere acknowledged.
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
  const inHand = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    // One message of a FIFO queue: several of one group would be processed at the same time.
    const max = Math.min(concurrency - inHand.size, isFifo(queue) ? 1 : MAX_MESSAGES);
    if (max < 1) return void (await Promise.race(inHand));
    for (const delivery of await receiveMessages(sqs, queue, { max, signal: stop.signal })) {
      const work = workOn(delivery).finally(() => inHand.delete(work));
      inHand.add(work);
    }
  }

  async function workOn(delivery: Delivery): Promise<void> {
    const { MessageId: messageId } = delivery.message;
    const { attempt } = delivery;
    try {
      const warn = (err: unknown, what: string) => logger.warn({ err, messageId }, what);
      await processMessage(sqs, queue, delivery, handle, { ...options, signals, warn });
    } catch (error) {
      if (error instanceof ConsumerStopped) {
        logger.info({ messageId, attempt }, 'an unfinished message was handed back');
        return;
      }
      const isLast = delivery.isLast || error instanceof FinalFailure;
      const fate = isLast ? 'and goes to the dead letters' : 'and will be delivered again';
      logger.error({ err: error, messageId, attempt, ...errorIds(error) }, `a message failed ${fate}`);
      if (!isLast) await comeBack(delivery);
    }
  }

  async function comeBack(delivery: Delivery): Promise<void> {
    const { MessageId: messageId, ReceiptHandle } = delivery.message;
    const VisibilityTimeout = retryDelay(delivery.attempt, retryBaseSeconds);
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle,
      VisibilityTimeout,
    });
    await withoutTracing(() => sqs.send(change)).catch((err: unknown) => {
      logger.warn({ err, messageId }, 'a failed message comes back only after its visibility timeout');
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
      await Promise.all(inHand);
      clearTimeout(overdue);
    },
  };
}
