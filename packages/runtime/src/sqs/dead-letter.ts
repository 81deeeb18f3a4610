// Dead letters that say why they are dead. SQS moves a message as it is; so after the last attempt the consumer moves it by
// itself, with the error as one more attribute. Sent first, deleted after: a failure is never acknowledged, only handed on.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { SpanKind } from '@opentelemetry/api';
import { toMessageAttribute } from '@trace-mesh/tracing/error-carriers';
import { wrapErrorWithTrace } from '@trace-mesh/tracing/errors';
import { withSpan } from '@trace-mesh/tracing/span';
import { messaging, type Queue, withoutTracing } from '@trace-mesh/tracing/sqs';
import { MAX_ATTRIBUTES, type MessageAttributes } from '@trace-mesh/tracing/sqs-carrier';
import type { Delivery } from '@trace-mesh/tracing/sqs-receive';

/** The code of an error that brought none: the message could not be processed. */
export const UNPROCESSABLE = 'unprocessable_message';

/**
 * Ends a message whose last attempt failed. It goes to the dead letters of `queue` with its body, its attributes and the
 * error; where that cannot be (no room for another attribute, or AWS refuses) SQS moves it as it is, at once or after its
 * visibility timeout. Never rejects, since what the handler failed with matters more: `warn` hears what AWS refused.
 */
export async function deadLetter(
  sqs: SQSClient,
  queue: Queue,
  { message }: Delivery,
  error: unknown,
  warn: (cause: unknown) => void,
): Promise<void> {
  const { ReceiptHandle } = message;
  const here = { QueueUrl: queue.url, ReceiptHandle };
  const refused = (cause: unknown) => {
    warn(cause);
    return false;
  };
  const attributes = { ...message.MessageAttributes, ...reasonOf(error) };
  const room = Object.keys(attributes).length <= MAX_ATTRIBUTES;
  const sent =
    queue.deadLetters &&
    room &&
    (await send(sqs, queue.deadLetters, message.Body, attributes).catch(refused));
  const last = sent
    ? () => sqs.send(new DeleteMessageCommand(here))
    : () => sqs.send(new ChangeMessageVisibilityCommand({ ...here, VisibilityTimeout: 0 }));
  await withoutTracing<unknown>(last).catch(refused);
}

/** The error as an attribute. One that nobody has worded for others is told by its type alone. */
function reasonOf(error: unknown): MessageAttributes {
  const type = error instanceof Error ? error.name : typeof error;
  const message = `the message could not be processed: ${type}`;
  return toMessageAttribute(wrapErrorWithTrace(error, { code: UNPROCESSABLE, message }));
}

function send(
  sqs: SQSClient,
  to: Queue,
  MessageBody: string | undefined,
  MessageAttributes: MessageAttributes,
): Promise<boolean> {
  const init = { kind: SpanKind.PRODUCER, attributes: messaging('send', to) };
  return withSpan(`send ${to.name}`, init, async (span) => {
    const command = new SendMessageCommand({ QueueUrl: to.url, MessageBody, MessageAttributes });
    const { MessageId = '' } = await withoutTracing(() => sqs.send(command));
    span.setAttribute('messaging.message.id', MessageId);
    return true;
  });
}
