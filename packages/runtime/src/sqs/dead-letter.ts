// Dead letters with their error. SQS moves a message as it is; so after the last attempt the consumer moves it, with the error
// as one more attribute. It is sent first and deleted after, so that it is in one of the queues at any time.
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { toMessageAttribute } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import { type Queue, sendInSpan, withoutTracing } from '@trace-mesh/tracing/sqs';
import type { MessageAttributes } from '@trace-mesh/tracing/sqs-carrier';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';
import { hasRoom, resend } from './resend.ts';

/** The code of an error without a code. */
export const UNPROCESSABLE = 'unprocessable_message';

/**
 * Moves a message whose last attempt failed to the dead-letter queue of `queue`, with its body, its attributes and the error.
 * Where there is no room for the error, or AWS refuses the message, SQS moves it without. Never rejects, so that the error of
 * the handler is the one that is reported: `warn` is called with what AWS refused.
 */
export async function deadLetter(
  sqs: SQSClient,
  queue: Queue,
  { message }: Delivery,
  error: unknown,
  warn: (cause: unknown) => void,
): Promise<void> {
  const here = { QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle };
  const attributes = { ...message.MessageAttributes, ...reasonOf(error) };
  const { deadLetters } = queue;
  let isSent = false;
  try {
    if (deadLetters && hasRoom(queue, message, attributes)) {
      await sendInSpan(sqs, deadLetters, {}, () => resend(deadLetters, message, attributes));
      isSent = true;
    }
  } catch (cause) {
    warn(cause);
  }
  const last = isSent
    ? () => sqs.send(new DeleteMessageCommand(here))
    : () => sqs.send(new ChangeMessageVisibilityCommand({ ...here, VisibilityTimeout: 0 }));
  await withoutTracing<unknown>(last).catch(warn);
}

/** The error as an attribute. Of an error without a public message only the type is in it. */
function reasonOf(error: unknown): MessageAttributes {
  const type = error instanceof Error ? error.name : typeof error;
  const message = `the message could not be processed: ${type}`;
  return toMessageAttribute(wrapErrorWithTrace(error, { code: UNPROCESSABLE, message }));
}
