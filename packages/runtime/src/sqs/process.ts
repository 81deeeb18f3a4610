// Processes one SQS message, then deletes it, leaves it for redelivery or moves it to the dead letters.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Queue } from '@trace-mesh/tracing/sqs';
import { type Delivery, withProcessSpan } from '@trace-mesh/tracing/sqs-receive';
import { retryInfrastructure } from '../retries.ts';
import type { AttemptLog } from './attempts.ts';
import { deadLetter } from './dead-letter.ts';
import { batchDeletes, type Delete } from './delete.ts';
import { type HeartbeatOptions, keepInvisible } from './heartbeat.ts';
import { ConsumerStopped, releaseMessage } from './release.ts';

/** How long the deletion of a processed message is retried, in ms, while the queue is unreachable. */
const DELETE_RETRY_MS = 60_000;

/** What a handler gets beside the body. Rejecting with the reason of either signal releases the message. */
export interface Attempt extends Pick<Delivery, 'attempt' | 'isLast' | 'message'> {
  /** Aborts when the consumer stops: ends what only waits. */
  stopping: AbortSignal;
  /** Aborts after the consumer's drain time: ends all work. */
  signal: AbortSignal;
}

/** Processes one message; the message is done when it resolves. */
export type Handler = (body: string, attempt: Attempt) => Promise<void>;

/** Thrown by a handler when no further attempt can help: the message becomes a dead letter, with `cause` as its error. */
export class FinalFailure extends Error {
  override name = 'FinalFailure';
}

export interface ProcessOptions {
  /** `parent`: a child of the sender's span. `link`: a new trace that links to it. */
  mode?: 'parent' | 'link';
  /** Where failed attempts are recorded, so that the next one can link to them. */
  attempts?: AttemptLog;
  /** Passed to the handler; by default neither aborts. */
  signals?: Pick<Attempt, 'stopping' | 'signal'>;
  /** How the visibility timeout is extended during `handle`. */
  heartbeat?: Omit<HeartbeatOptions, 'warn'>;
  /** Deletes a processed message; by default in a request of its own. */
  deleteMessage?: Delete;
  /** Called with a failed request to AWS that does not fail the processing; `what` is a log message. */
  warn?: (cause: unknown, what: string) => void;
}

const never = new AbortController().signal;
const NEVER = { stopping: never, signal: never };

/**
 * Runs `handle` in a CONSUMER span, keeps the message invisible meanwhile, and deletes it when `handle` resolves. When it
 * rejects, SQS delivers the message again; after the last attempt or a `FinalFailure` the message moves to the dead letters,
 * with the error (or without, moved by SQS, where sending it failed); after a `ConsumerStopped` it is released. Rejects as
 * `handle` does.
 */
export async function processMessage(
  sqs: SQSClient,
  queue: Queue,
  delivery: Delivery,
  handle: Handler,
  options: ProcessOptions = {},
): Promise<void> {
  const { mode = 'parent', attempts, signals = NEVER, warn = () => {} } = options;
  const { message, attempt, isLast } = delivery;
  const { deleteMessage = batchDeletes(sqs, queue, 0) } = options;
  const previous = (await attempts?.previous(delivery)) ?? ROOT_CONTEXT;
  await withProcessSpan(queue, delivery, { mode, previous }, async () => {
    try {
      await using _ = keepInvisible(sqs, queue, message, {
        ...options.heartbeat,
        warn: (cause) => warn(cause, 'extending the visibility timeout failed'),
      });
      await handle(message.Body ?? '', { attempt, isLast, message, ...signals });
    } catch (error) {
      if (error instanceof ConsumerStopped) {
        await releaseMessage(sqs, queue, delivery).catch((cause: unknown) =>
          warn(cause, 'releasing a message failed, visible after its visibility timeout'),
        );
        throw error;
      }
      await attempts?.failed(delivery);
      const final = isLast || error instanceof FinalFailure;
      if (final) {
        await deadLetter(sqs, queue, delivery, error, (cause) =>
          warn(cause, 'moving a dead letter failed, SQS moves it without the error'),
        );
      }
      throw error;
    }
    // Otherwise a short outage of the queue would repeat the work, or make the message a dead letter.
    await retryInfrastructure(() => deleteMessage(message), {
      stopping: signals.stopping,
      waiting: (cause) => warn(cause, 'deleting a processed message failed, retrying'),
      limitMs: DELETE_RETRY_MS,
    });
  });
}
