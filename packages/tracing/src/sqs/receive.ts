// SQS, the receiving side. Teaches: receiving and processing are two things. One poll brings messages of many traces: its
// span is made afterwards and links them all. Each message is then processed in a span of its own, in its sender's trace.
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Context, ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { retryInfrastructure } from '../service/infrastructure-retries.ts';
import { ATTR_MESH_DELIVERY_ATTEMPT } from '../spans/attributes.ts';
import { linkedRoot } from '../spans/links.ts';
import { linkTo, startSpan, withSpan } from '../spans/span.ts';
import { type AttemptLog, noAttemptLog } from './attempt-log.ts';
import { arrivalOf, extractFromMessage } from './carrier.ts';
import { deadLetter } from './dead-letter.ts';
import { ConsumerStopped, handBack } from './hand-back.ts';
import { type HeartbeatOptions, keepInvisible } from './heartbeat.ts';
import { messaging, type Queue, quietly } from './send.ts';

/** The longest that SQS lets a receiver wait, in s. */
export const MAX_WAIT_S = 20;
/** The most messages that SQS gives out at once. */
export const MAX_MESSAGES = 10;

/** How long the deletion of a message that is done is tried again, in ms, while its queue is out of reach. */
const DELETE_RETRY_MS = 60_000;

/** A message that has arrived. */
export interface Delivery {
  message: Message;
  /** How often it has been delivered, this time included. */
  attempt: number;
  /** If this attempt fails there is no other: the message goes to the dead letters. */
  isLast: boolean;
  /** The sender's context. */
  sender: Context;
  /** The context of the receive span. */
  received: Context;
}

/** Waits up to `waitSeconds` for messages. An empty poll leaves no span; else one CLIENT span links every sender. */
export async function receiveMessages(
  sqs: SQSClient,
  queue: Queue,
  options: { waitSeconds?: number; max?: number; signal?: AbortSignal } = {},
): Promise<Delivery[]> {
  const { waitSeconds = MAX_WAIT_S, max = MAX_MESSAGES, signal } = options;
  const startTime = Date.now();
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    WaitTimeSeconds: waitSeconds,
    MaxNumberOfMessages: max,
    // All of them, not only those that carry the context: a dead letter keeps what its sender said.
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  const { Messages: messages = [] } = await quietly(() =>
    sqs.send(command, signal ? { abortSignal: signal } : {}),
  );
  if (messages.length === 0) return [];
  const senders = messages.map(extractFromMessage);
  // A root, whoever polls: it belongs to all of its messages' traces and to none.
  const { span, ctx: received } = startSpan(`receive ${queue.name}`, {
    kind: SpanKind.CLIENT,
    parent: ROOT_CONTEXT,
    startTime,
    links: senders.flatMap((sender) => linkTo(sender)),
    attributes: { ...messaging('receive', queue), 'messaging.batch.message_count': messages.length },
  });
  span.end();
  return messages.map((message, index) => {
    const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
    const isLast = attempt >= (queue.maxReceives ?? Number.POSITIVE_INFINITY);
    return { message, attempt, isLast, sender: senders[index] ?? ROOT_CONTEXT, received };
  });
}

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
  const { message, attempt, isLast, sender, received } = delivery;
  const relation = mode === 'link' ? linkedRoot(sender) : { parent: sender };
  const attributes = {
    ...messaging('process', queue),
    'messaging.message.id': message.MessageId ?? '',
    [ATTR_MESH_DELIVERY_ATTEMPT]: attempt,
    ...arrivalOf(message),
    ...('attributes' in relation && relation.attributes),
  };
  const previous = await attempts.previous(delivery);
  await withSpan(
    `process ${queue.name}`,
    { kind: SpanKind.CONSUMER, ...relation, attributes },
    async (span) => {
      // Added to the running span: the sampling decision follows the sender alone.
      span.addLinks([...linkTo(received), ...linkTo(previous)]);
      try {
        const notExtended = (cause: unknown) => warn(cause, NOT_EXTENDED);
        await using _ = keepInvisible(sqs, queue, message, { ...options.heartbeat, warn: notExtended });
        await handle(message.Body ?? '', { attempt, isLast, message, ...signals });
      } catch (error) {
        if (error instanceof ConsumerStopped) {
          await handBack(sqs, queue, delivery).catch((cause: unknown) => warn(cause, NOT_HANDED_BACK));
          throw error;
        }
        await attempts.failed(delivery);
        const final = isLast || error instanceof FinalFailure;
        if (final) await deadLetter(sqs, queue, delivery, error, (cause) => warn(cause, NOT_MOVED));
        throw error;
      }
      const command = new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle });
      // Work that is done must not become a dead letter because its queue is away for a moment.
      await retryInfrastructure(() => quietly(() => sqs.send(command)), {
        stopping: signals.stopping,
        waiting: (cause) => warn(cause, NOT_DELETED),
        limitMs: DELETE_RETRY_MS,
      });
    },
  );
}
