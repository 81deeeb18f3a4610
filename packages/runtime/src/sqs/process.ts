// One SQS message: processed, then deleted, redelivered or moved to the dead letters.
import { DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { type Delivery, withProcessSpan } from '@trace-mesh/tracing/sqs-receive';
import { retryInfrastructure } from '../retries.ts';
import { type AttemptLog, noAttemptLog } from './attempt-log.ts';
import { deadLetter } from './dead-letter.ts';
import { type HeartbeatOptions, keepInvisible } from './heartbeat.ts';
import { ConsumerStopped, releaseMessage } from './release.ts';

/** How long the deletion of a message that is done is tried again, in ms, while its queue is out of reach. */
const DELETE_RETRY_MS = 60_000;

/** What a handler knows beside the body. Rejecting with the reason of either signal hands the message back. */
export interface Attempt extends Pick<Delivery, 'attempt' | 'isLast' | 'message'> {
  /** Aborts as soon as the consumer is to stop: what can only be waited for is not waited for. */
  stopping: AbortSignal;
  /** Aborts a little later: what is still going on ends now. */
  signal: AbortSignal;
}

/** Works on one message. Whatever it rejects with means: not done. */
export type Handler = (body: string, attempt: Attempt) => Promise<void>;

/** A handler's way to say that no further attempt can help: its `cause` is the failure, and the message is a dead letter. */
export class FinalFailure extends Error {
  override name = 'FinalFailure';
}

const NOT_MOVED = 'a dead letter was not moved by us: SQS moves it, without the error';
const NOT_EXTENDED = 'a message could not be kept from others for longer';
const NOT_DELETED = 'a message that is done cannot be deleted yet';
const NOT_HANDED_BACK = 'an unfinished message comes back only after its visibility timeout';

export interface ProcessOptions {
  /** `parent`: in the sender's trace, as its child. `link`: in a trace of its own that links to the sender. */
  mode?: 'parent' | 'link';
  /** Where attempts that failed are remembered, so that the next one can link to them. */
  attempts?: AttemptLog;
  /** Told to the handler; by default neither ever aborts. */
  signals?: Pick<Attempt, 'stopping' | 'signal'>;
  /** How the message is kept from others while `handle` works on it. */
  heartbeat?: Omit<HeartbeatOptions, 'warn'>;
  /** Hears what AWS refused while a message was extended, handed back or made a dead letter: `what` is a sentence. */
  warn?: (cause: unknown, what: string) => void;
}

const never = new AbortController().signal;
const NEVER = { stopping: never, signal: never };

/**
 * Runs `handle` in a CONSUMER span, keeps the message from others meanwhile, and deletes it when `handle` resolves. When it
 * rejects the message stays, and SQS delivers it again; after the last attempt, or a `FinalFailure`, it is moved to the
 * dead letters, with the error, and where that fails SQS moves it without; after a `ConsumerStopped` it is handed back.
 * Rejects with what `handle` rejected with.
 */
export async function processMessage(
  sqs: SQSClient,
  queue: Queue,
  delivery: Delivery,
  handle: Handler,
  options: ProcessOptions = {},
): Promise<void> {
  const { mode = 'parent', attempts = noAttemptLog, signals = NEVER, warn = () => {} } = options;
  const { message, attempt, isLast } = delivery;
  const previous = await attempts.previous(delivery);
  await withProcessSpan(queue, delivery, { mode, previous }, async () => {
    try {
      const notExtended = (cause: unknown) => warn(cause, NOT_EXTENDED);
      await using _ = keepInvisible(sqs, queue, message, { ...options.heartbeat, warn: notExtended });
      await handle(message.Body ?? '', { attempt, isLast, message, ...signals });
    } catch (error) {
      if (error instanceof ConsumerStopped) {
        await releaseMessage(sqs, queue, delivery).catch((cause: unknown) => warn(cause, NOT_HANDED_BACK));
        throw error;
      }
      await attempts.failed(delivery);
      const final = isLast || error instanceof FinalFailure;
      if (final) await deadLetter(sqs, queue, delivery, error, (cause) => warn(cause, NOT_MOVED));
      throw error;
    }
    const command = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle });
    // Work that is done must not become a dead letter because its queue is away for a moment.
    await retryInfrastructure(() => withoutTracing(() => sqs.send(command)), {
      stopping: signals.stopping,
      waiting: (cause) => warn(cause, NOT_DELETED),
      limitMs: DELETE_RETRY_MS,
    });
  });
}
