// The loop around `receiveMessages` and `processMessage`: it lives as long as the service, so it starts from the root.
import { setTimeout as wait } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Logger } from './logger.ts';
import { atRoot } from './span.ts';
import { processMessage, type Queue, receiveMessages } from './sqs.ts';

/** How long the loop pauses after a failed receive, in ms. */
export const RECEIVE_RETRY_MS = 1_000;

/**
 * Consumes `queue` until disposed; disposing stops receiving at once and waits for the messages in hand. A rejecting
 * `handle` is logged here and nowhere acknowledged.
 */
export function consume(
  sqs: SQSClient,
  queue: Queue,
  handle: (body: string) => Promise<void>,
  logger: Logger,
): AsyncDisposable {
  const stop = new AbortController();

  async function poll(): Promise<void> {
    const messages = await receiveMessages(sqs, queue, { signal: stop.signal });
    await Promise.all(
      messages.map((message) =>
        processMessage(sqs, queue, message, handle).catch((error: unknown) => {
          logger.error(
            { err: error, messageId: message.MessageId },
            'a message failed and will be delivered again',
          );
        }),
      ),
    );
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
    },
  };
}
