// SQS, the sending side. Calls run with tracing suppressed, which turns the AWS instrumentation's injection off: it overwrites
// a context, gives all messages of a batch the same one, and makes no process span.
import { SendMessageCommand, type SendMessageCommandInput, type SQSClient } from '@aws-sdk/client-sqs';
import { context, type Span } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { withMessageSpan } from '../spans/messaging.ts';
import type { SpanInit } from '../spans/span.ts';
import { type CarryOptions, carryContext, type MessageAttributes, type MessageBody } from './carrier.ts';
import { sendAttributes } from './extract.ts';

/** A queue; `findQueue` of the runtime package reads its properties from SQS. */
export interface Queue {
  /** Ends with `.fifo` for a FIFO queue. */
  name: string;
  url: string;
  /** After how many failed deliveries SQS moves a message to the dead letters; absent without a redrive policy. */
  maxReceives?: number;
  /** The dead-letter queue. */
  deadLetters?: { name: string; url: string };
  /** `MaximumMessageSize`, in bytes. */
  maxMessageBytes?: number;
}

/** By the suffix of the name, which SQS demands of a FIFO queue. */
export const isFifo = ({ name }: Pick<Queue, 'name'>): boolean => name.endsWith('.fifo');

/** Order and deduplication, which a FIFO queue needs; the group also makes a standard queue a fair queue. */
export interface FifoOptions {
  /** `MessageGroupId`: messages of one group are delivered in order, one after the other. */
  groupId?: string | undefined;
  /** `MessageDeduplicationId`; may be left out where the queue deduplicates by content. */
  deduplicationId?: string | undefined;
}

/** The limits of `queue` that a context must not break. */
export const limitsOf = (queue: Queue, { deduplicationId }: FifoOptions): CarryOptions => ({
  maxMessageBytes: queue.maxMessageBytes,
  isDeduplicatedByBody: isFifo(queue) && deduplicationId === undefined,
});

/** The options under the names of the AWS SDK. */
export const fifoParameters = ({ groupId, deduplicationId }: FifoOptions) => ({
  ...(groupId !== undefined && { MessageGroupId: groupId }),
  ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
});

/** Calls AWS without spans and without context in the HTTP headers: the context is in the message. */
export const withoutTracing = <T>(call: () => Promise<T>): Promise<T> =>
  context.with(suppressTracing(context.active()), call);

/**
 * Sends one message in a PRODUCER span, the parent of the consumer's span. Resolves to the message id; rejects with the SDK's
 * exceptions.
 */
export async function sendMessage(
  sqs: SQSClient,
  queue: Queue,
  body: MessageBody,
  attributes: MessageAttributes = {},
  fifo: FifoOptions = {},
): Promise<string> {
  return sendInSpan(sqs, queue, {}, (span) => {
    const message = {
      ...carryContext(body, attributes, limitsOf(queue, fifo)),
      ...fifoParameters(fifo),
    };
    if (span.isRecording()) span.setAttributes(sendAttributes(message, attributes));
    return message;
  });
}

/** Sends the message that `make` returns, as it is, in a PRODUCER span. Resolves and rejects as `sendMessage` does. */
export async function sendInSpan(
  sqs: SQSClient,
  queue: Queue,
  { operation = 'send', ...init }: SpanInit & { operation?: 'send' | 'redrive' },
  make: (span: Span) => Omit<SendMessageCommandInput, 'QueueUrl'>,
): Promise<string> {
  const what = { system: 'aws.sqs', operation, destination: queue.name } as const;
  return withMessageSpan(what, init, async (span) => {
    const command = new SendMessageCommand({ QueueUrl: queue.url, ...make(span) });
    const { MessageId = '' } = await withoutTracing(() => sqs.send(command));
    span.setAttribute('messaging.message.id', MessageId);
    return MessageId;
  });
}
