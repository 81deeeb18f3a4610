// The loop around `receiveMessages` and `processMessage`: it lives as long as the service, so it starts from the root.
import { setTimeout as wait } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { errorIds } from './errors.ts';
import type { Logger } from './logger.ts';
import { atRoot } from './span.ts';
import { type Queue, quietly } from './sqs.ts';
import {
  type Delivery,
  type Handler,
  MAX_MESSAGES,
  type ProcessOptions,
  processMessage,
  receiveMessages,
} from './sqs-receive.ts';

/** How long the loop pauses after a failed receive, in ms. */
export const RECEIVE_RETRY_MS = 1_000;
/** How many messages are worked on at once. */
export const CONSUMER_CONCURRENCY = 10;
/** A message that failed comes back after this many s, twice as many the next time, and so on. */
export const RETRY_BASE_S = 1;
/** But never after more than this. */
export const RETRY_MAX_S = 300;

export interface ConsumeOptions extends ProcessOptions {
  concurrency?: number;
  retryBaseSeconds?: number;
}

/** After how many s a message that failed at this attempt is delivered again. */
export function retryDelay(attempt: number, base = RETRY_BASE_S): number {
  return Math.min(Math.round(base * 2 ** (attempt - 1)), RETRY_MAX_S);
}

/**
 * Consumes `queue` until disposed; disposing stops receiving at once and waits for the messages in hand. A rejecting
 * `handle` is logged here and nowhere acknowledged.
 */
export function consume(
  sqs: SQSClient,
  queue: Queue,
  handle: Handler,
  logger: Logger,
  options: ConsumeOptions = {},
): AsyncDisposable {
  const { concurrency = CONSUMER_CONCURRENCY, retryBaseSeconds } = options;
  const stop = new AbortController();
  const inHand = new Set<Promise<void>>();

  async function poll(): Promise<void> {
    const max = Math.min(concurrency - inHand.size, MAX_MESSAGES);
    if (max < 1) return void (await Promise.race(inHand));
    for (const delivery of await receiveMessages(sqs, queue, { max, signal: stop.signal })) {
      const work = workOn(delivery).finally(() => inHand.delete(work));
      inHand.add(work);
    }
  }

  async function workOn(delivery: Delivery): Promise<void> {
    const { MessageId: messageId } = delivery.message;
    const { attempt, isLast } = delivery;
    try {
      const warn = (err: unknown, what: string) => logger.warn({ err, messageId }, what);
      await processMessage(sqs, queue, delivery, handle, { warn, ...options });
    } catch (error) {
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
    await quietly(() => sqs.send(change)).catch((err: unknown) => {
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
        await wait(RECEIVE_RETRY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      }
    }
  }

  const running = atRoot(loop);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      await Promise.all(inHand);
    },
  };
}
