// A received message as a new message: for the dead-letter queue, a redrive, a release after the last delivery.
import type { Message } from '@aws-sdk/client-sqs';
import { isFifo, type Queue } from '@trace-mesh/tracing/sqs';
import {
  bytesOf,
  MAX_ATTRIBUTES,
  MAX_MESSAGE_BYTES,
  type MessageAttributes,
} from '@trace-mesh/tracing/sqs-carrier';

/**
 * The message parameters that send `message` to `to`: its body, its group, its `AWSTraceHeader`, and `attributes`. In a FIFO
 * queue the id of `message` deduplicates: its own deduplication id would make a second dead letter of the same message, within
 * five minutes, a duplicate that SQS discards.
 */
export function resend(to: Queue, message: Message, attributes: MessageAttributes | undefined) {
  const { MessageGroupId, AWSTraceHeader } = message.Attributes ?? {};
  return {
    MessageBody: message.Body,
    MessageAttributes: attributes,
    ...(MessageGroupId && { MessageGroupId }),
    ...(isFifo(to) && { MessageDeduplicationId: message.MessageId }),
    ...(AWSTraceHeader && {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: AWSTraceHeader } },
    }),
  };
}

/** True where SQS takes a message with these attributes: at most ten, and no more bytes than the queue allows. */
export function hasRoom(
  to: Queue,
  { Body: MessageBody }: Message,
  MessageAttributes: MessageAttributes,
): boolean {
  const { maxMessageBytes = MAX_MESSAGE_BYTES } = to;
  const bytes = bytesOf({ MessageBody, MessageAttributes });
  return Object.keys(MessageAttributes).length <= MAX_ATTRIBUTES && bytes <= maxMessageBytes;
}
