// Dead letters that say why they are dead. SQS moves a message as it is; so after the last attempt the consumer moves it by
// itself, with the error as one more attribute. Sent first, deleted after: a failure is never acknowledged, only handed on.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { SpanKind, trace } from '@opentelemetry/api';
import { toMessageAttribute } from './error-carriers.ts';
import { wrapErrorWithTrace } from './errors.ts';
import { withSpan } from './span.ts';
import { messaging, type Queue, quietly } from './sqs.ts';
import { MAX_ATTRIBUTES, type MessageAttributes } from './sqs-carrier.ts';
import type { Delivery } from './sqs-receive.ts';

/** The code of an error that brought none: the message could not be processed. */
export const UNPROCESSABLE = 'unprocessable_message';

/**
 * Ends a message whose last attempt failed. It goes to the dead letters of `queue` with its body, its attributes and the
 * error; where that cannot be (no room for another attribute, or the sending fails) SQS moves it, at once, as it is.
 * Rejects with the SDK's exceptions; SQS then moves it after its visibility timeout.
 */
export async function deadLetter(sqs: SQSClient, queue: Queue, { message }: Delivery, error: unknown) {
  const { ReceiptHandle } = message;
  const reason = toMessageAttribute(wrapErrorWithTrace(error, { code: UNPROCESSABLE }));
  const attributes = { ...message.MessageAttributes, ...reason };
  if (queue.deadLetters && Object.keys(attributes).length <= MAX_ATTRIBUTES) {
    const sent = await send(sqs, queue.deadLetters, message.Body, attributes).catch(noteOnSpan);
    if (sent)
      return void (await quietly(() =>
        sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle })),
      ));
  }
  const release = { QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 };
  await quietly(() => sqs.send(new ChangeMessageVisibilityCommand(release)));
}

function send(
  sqs: SQSClient,
  to: Queue,
  MessageBody: string | undefined,
  MessageAttributes: MessageAttributes,
) {
  const init = { kind: SpanKind.PRODUCER, attributes: messaging('send', to) };
  return withSpan(`send ${to.name}`, init, async (span) => {
    const command = new SendMessageCommand({ QueueUrl: to.url, MessageBody, MessageAttributes });
    const { MessageId = '' } = await quietly(() => sqs.send(command));
    span.setAttribute('messaging.message.id', MessageId);
    return true;
  });
}

/** The failed send has a span of its own; here it is only a note, since what the handler failed with matters more. */
function noteOnSpan(cause: Error): false {
  trace.getActiveSpan()?.addEvent('dead letter not sent', { 'error.type': cause.name });
  return false;
}
